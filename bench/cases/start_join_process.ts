// Does as start_join.ts, importing no more of the library than that takes.

import { Process } from "@parallel/multiprocessing/process";
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
