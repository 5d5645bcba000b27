import { CELL_KIND, holdingOf } from "../handles/mod.ts";

/** What releases a lock, or its like. */
export interface Guard {
  readonly abandoned: boolean;
  release(): void;
}

/** The guards that a client of a hub has. */
export class SessionGuards {
  readonly #guards = new Map<number, Guard>();
  /** Those of locks, by lock: a condition may find it abandoned. */
  readonly #numbersOf = new WeakMap<object, Set<number>>();
  #last = 0;

  /** Keeps a guard of an object; gives its number. */
  add(guard: Guard, object: object): number {
    const number = ++this.#last;
    this.#guards.set(number, guard);
    const numbers = this.#numbersOf.get(object);
    // Only an RLock has more than one at a time.
    if (numbers === undefined || holdingOf(object)?.kind === CELL_KIND.LOCK) {
      this.#numbersOf.set(object, new Set([number]));
    } else numbers.add(number);
    return number;
  }

  /** Releases what a guard stands for. */
  release(number: number): void {
    this.#guards.get(number)?.release();
    this.forget(number);
  }

  /** Forgets one that will not be released. */
  forget(number: number): void {
    this.#guards.delete(number);
  }

  /** Whether the lock of a condition was abandoned, perhaps while that had it. */
  isAbandoned(condition: object): boolean {
    const { lock } = condition as { readonly lock?: object };
    const numbers = lock && this.#numbersOf.get(lock);
    for (const number of numbers ?? []) {
      const guard = this.#guards.get(number);
      if (guard?.abandoned) return true;
      if (guard === undefined) numbers!.delete(number);
    }
    return false;
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
