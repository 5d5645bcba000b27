import { NOT_YET } from "../_internal/parking/mod.ts";
import type { Line } from "./_line.ts";

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
    const line = this.#kind.lineOf(lock);
    const attempt = () => this.#kind.takeAgain(lock, held);
    if (!line.isQueued && attempt() !== NOT_YET) return undefined;
    return line.wait(attempt);
  }

  /** The same, blocking the thread. */
  resumeSync(lock: L, held: Held): void {
    const line = this.#kind.lineOf(lock);
    const attempt = () => this.#kind.takeAgain(lock, held);
    if (!line.isQueued && attempt() !== NOT_YET) return;
    line.waitSync(attempt);
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
