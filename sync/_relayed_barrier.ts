import { ALWAYS, type RelayedMethods } from "../_internal/handles/mod.ts";
import type { RemoteFunction } from "../_internal/launch/mod.ts";
import type { LocalAction } from "./_barrier_action.ts";

/** The action of a barrier that is being made, of which there is but a description. */
let described: RemoteFunction | undefined;

/** The description of the action of the barrier that is being made. */
export function describedAction(): RemoteFunction | undefined {
  return described;
}

/** Makes a barrier whose action is only known by its description. */
export function makeDescribed<T>(
  action: RemoteFunction | undefined,
  make: () => T,
): T {
  described = action;
  try {
    return make();
  } finally {
    described = undefined;
  }
}

/**
 * How a hub is asked for what a barrier does. The action is run by the party whose
 * call is to run it.
 *
 * @param actionOf the action of a barrier, for who was told of it
 */
export function barrierMethods(
  actionOf: (barrier: object, told: RemoteFunction) => LocalAction,
): RelayedMethods {
  return {
    parties: { accessor: true, constant: true },
    waiting: { accessor: true },
    broken: { accessor: true },
    wait: {
      wait: 0,
      doHere: (barrier) => (what) =>
        actionOf(barrier, what as RemoteFunction).run(),
    },
    waitSync: {
      as: "wait",
      wait: 0,
      sync: true,
      doHere: (barrier) => (what) =>
        actionOf(barrier, what as RemoteFunction).runSync(),
    },
    reset: { post: ALWAYS },
    abort: { post: ALWAYS },
  };
}
