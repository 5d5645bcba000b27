import { hostedType, type Method } from "./_hosted.ts";
import { LockState } from "./_lock_state.ts";

/** What can be done with all that is acquired as a lock is. */
export function lockMethodsOf<T>(
  stateOf: (object: T) => LockState,
): Record<string, Method<T>> {
  return {
    locked: (object) => stateOf(object).isLocked,
    acquire: (object, _args, call) => stateOf(object).acquire(call),
    tryAcquire: (object, _args, call) => stateOf(object).tryAcquire(call),
    release: (object, [acquisition], call) =>
      stateOf(object).release(call, acquisition),
  };
}

const methods = lockMethodsOf((state: LockState) => state);

/** Locks for others. */
export const LOCK = hostedType<LockState>(
  "LockProxy",
  () => new LockState(false),
  methods,
);

/** Locks that their holder can acquire again. */
export const R_LOCK = hostedType<LockState>(
  "RLockProxy",
  () => new LockState(true),
  methods,
);
