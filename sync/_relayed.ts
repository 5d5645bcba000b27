import {
  holdingOf,
  type Pause,
  type RelayedMethod,
  type RelayedMethods,
} from "../_internal/handles/mod.ts";

/** Takes something, and gives a guard. */
export function taking(quick: string): RelayedMethod {
  return { wait: 0, quick, gives: "guard" };
}

/** The same for who is blocked. */
export function takingSync(as: string, quick: string): RelayedMethod {
  return { as, wait: 0, quick, gives: "guard", sync: true };
}

/** The same for who does not wait. */
export const TRYING: RelayedMethod = { sync: true, gives: "guard" };

/** Whether this isolate holds the object so many times, as far as it knows. */
export function holds(object: object, times = 1): boolean {
  return (holdingOf(object)?.held ?? 0) >= times;
}

/** How a hub is asked for what a lock does, of either kind. */
export const LOCK_METHODS: RelayedMethods = {
  locked: { accessor: true },
  acquire: taking("tryAcquire"),
  tryAcquire: TRYING,
  acquireSync: takingSync("acquire", "tryAcquire"),
  release: {
    post: (lock) => holds(lock),
    released: () => 1,
  },
};

/** How a hub is asked for what a condition does; its lock is asked for by itself. */
export const CONDITION_METHODS: RelayedMethods = {
  wait: { wait: 0, pauses: pauseLock },
  waitSync: { as: "wait", wait: 0, sync: true, pauses: pauseLock },
  notify: {
    post: (condition, [n = 1]) =>
      holds(lockOf(condition)) && Number.isInteger(n) && n as number >= 0,
  },
  notifyAll: { post: (condition) => holds(lockOf(condition)) },
};

/** Notes that others may have the lock of a condition at a hub while it waits. */
function pauseLock(condition: object): Pause | undefined {
  return holdingOf(lockOf(condition))!.pause();
}

function lockOf(condition: object): object {
  return (condition as { readonly lock: object }).lock;
}
