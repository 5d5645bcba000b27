/** What releases a lock, or its like. */
export interface Guard {
  readonly abandoned: boolean;
  release(): void;
}

interface Held {
  readonly guard: Guard;
  /** The numbers of all guards of the same object. */
  readonly siblings: Set<number>;
  wasAbandoned: boolean;
}

/** The guards that a client of a hub has. */
export class SessionGuards {
  readonly #guards = new Map<number, Held>();
  /** By object: a condition may find its lock abandoned. */
  readonly #numbersOf = new WeakMap<object, Set<number>>();
  #last = 0;

  /** Keeps a guard of an object; gives its number. */
  add(guard: Guard, object: object): number {
    const number = ++this.#last;
    const siblings = this.#numbersOf.get(object) ?? new Set();
    this.#numbersOf.set(object, siblings.add(number));
    const wasAbandoned = guard.abandoned;
    this.#guards.set(number, { guard, siblings, wasAbandoned });
    return number;
  }

  /** Releases what a guard stands for. */
  release(number: number): void {
    this.#guards.get(number)?.guard.release();
    this.forget(number);
  }

  /** Forgets one that will not be released. */
  forget(number: number): void {
    this.#guards.get(number)?.siblings.delete(number);
    this.#guards.delete(number);
  }

  /** Whether guards of a condition's lock were abandoned since this was last asked. */
  newlyAbandoned(condition: object): boolean {
    const { lock } = condition as { readonly lock?: object };
    if (lock === undefined) return false;
    let found = false;
    for (const number of this.#numbersOf.get(lock) ?? []) {
      const held = this.#guards.get(number);
      // None is left when the client has ended.
      if (!held?.guard.abandoned || held.wasAbandoned) continue;
      held.wasAbandoned = true;
      found = true;
    }
    return found;
  }

  /** The client has ended. */
  end(): void {
    this.#guards.clear();
  }
}

/** Whether something is a guard. */
export function isGuard(value: unknown): value is Guard {
  return typeof value === "object" && value !== null &&
    typeof (value as { release?: unknown }).release === "function" &&
    Symbol.dispose in value;
}
