import {
  NOT_YET,
  type Parking,
  type Patience,
} from "../_internal/parking/mod.ts";

/** What a condition needs of a kind of lock. `Held` says how it was held. */
interface Kind<L extends object, Held> {
  /** Whether this isolate holds it. */
  isHeld(lock: L): boolean;
  /** Frees a lock that this isolate holds, however often it does. */
  suspend(lock: L): Held;
  /**
   * Takes it again, if it is free, as it was held before, so that the guards of that
   * time are good again.
   */
  takeAgain(lock: L, held: Held): true | typeof NOT_YET;
  /** Where it is waited for. */
  lineOf(lock: L): Line;
}

interface Line {
  readonly parking: Parking;
  /** The wait list in the memory. */
  readonly list: number;
  readonly patience: Patience;
}

/** As those say who acquire it at first. */
const DOING = "acquire lock";

/** How a condition handles the locks of a kind. */
export class Monitor<L extends object = object, Held = unknown> {
  readonly #kind: Kind<L, Held>;

  constructor(kind: Kind<L, Held>) {
    this.#kind = kind;
  }

  /** Whether this isolate holds a lock. */
  isHeld(lock: L): boolean {
    return this.#kind.isHeld(lock);
  }

  /** Frees a lock that this isolate holds, however often it does. */
  suspend(lock: L): Held {
    return this.#kind.suspend(lock);
  }

  /**
   * Takes a lock again as it was held before. Waits without end.
   *
   * @returns nothing if it was free
   */
  resume(lock: L, held: Held): Promise<unknown> | undefined {
    const { parking, list, patience } = this.#kind.lineOf(lock);
    const attempt = () => this.#kind.takeAgain(lock, held);
    if (!parking.isQueued(list) && attempt() !== NOT_YET) return undefined;
    return parking.wait(list, attempt, patience, DOING);
  }

  /** The same, blocking the thread. */
  resumeSync(lock: L, held: Held): void {
    const { parking, list, patience } = this.#kind.lineOf(lock);
    const attempt = () => this.#kind.takeAgain(lock, held);
    if (!parking.isQueued(list) && attempt() !== NOT_YET) return;
    parking.waitSync(list, attempt, patience, DOING);
  }
}

const monitors: [new (...args: never[]) => object, Monitor][] = [];

/** Lets conditions be made with locks of a class. */
export function monitor<L extends object, Held>(
  lockClass: new (...args: never[]) => L,
  kind: Kind<L, Held>,
): void {
  monitors.push([lockClass, new Monitor(kind) as unknown as Monitor]);
}

/** How to handle a lock; nothing if it is of no such class. */
export function monitorOf(lock: unknown): Monitor | undefined {
  return monitors.find(([lockClass]) => lock instanceof lockClass)?.[1];
}
