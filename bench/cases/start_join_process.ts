// Does as start_join.ts, importing no more of the library than that takes.

import { Process } from "@parallel/multiprocessing/process";
import { reportStarts } from "./_starts.ts";

export function nothing() {}

if (import.meta.main) {
  await reportStarts(() => new Process({ target: nothing }));
}
