// Collects what earlier tests have let go of, so that it is not collected while one counts what is
// in use.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { cellsInUse, openedMemory } from "../../_internal/memory/mod.ts";

/** Collections in a row that free nothing, after which nothing is left to be freed. */
const VAIN = 3;

/** Collects garbage until no cell of any memory is freed by that any more. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  for (let [vain, last] = [0, cells()]; vain < VAIN; vain++) {
    gc();
    // Those who are told of it are told in a turn of their own.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const now = cells();
    if (now !== last) [vain, last] = [-1, now];
  }
}

function cells(): number {
  return (["thread", "process"] as const)
    .map(openedMemory)
    .reduce((sum, it) => sum + (it === undefined ? 0 : cellsInUse(it)), 0);
}
