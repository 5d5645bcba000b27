// Milliseconds to start an empty process and join it, and beside it `deno run` of an empty module.

import { Process } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";
import { denoRun, startAndJoin } from "./_starts.ts";

export function nothing() {}

if (import.meta.main) {
  const count = QUICK ? 8 : 16;
  const open = () => new Process({ target: nothing });
  report({
    process: await sample(count, () => startAndJoin(open)),
    denoRun: await sample(count, denoRun),
  });
}
