/** What a condition needs of a kind of lock. `Held` says how it was held. */
export interface Monitor<L extends object, Held> {
  /** Whether this isolate holds it. */
  isHeld(lock: L): boolean;
  /** Frees a lock that this isolate holds, however often it does. */
  suspend(lock: L): Held;
  /**
   * Takes it again as it was held before, so that the guards of that time are good
   * again. Waits without end.
   *
   * @returns nothing if it was free
   */
  resume(lock: L, held: Held): Promise<unknown> | undefined;
  /** The same, blocking the thread. */
  resumeSync(lock: L, held: Held): void;
}

interface Kind {
  readonly lockClass: new (...args: never[]) => object;
  readonly monitor: Monitor<object, unknown>;
}

const kinds: Kind[] = [];

/** Lets conditions be made with locks of a class. */
export function monitor<L extends object, Held>(
  lockClass: new (...args: never[]) => L,
  monitor: Monitor<L, Held>,
): void {
  kinds.push({
    lockClass,
    monitor: monitor as unknown as Monitor<object, unknown>,
  });
}

/** How to handle a lock; nothing if it is of no such class. */
export function monitorOf(lock: unknown): Monitor<object, unknown> | undefined {
  return kinds.find(({ lockClass }) => lock instanceof lockClass)?.monitor;
}
