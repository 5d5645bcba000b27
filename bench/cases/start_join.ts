// Milliseconds to start an empty process and join it, and beside it `deno run` of an empty module.

import { Process } from "@parallel/multiprocessing";
import { reportStarts } from "./_starts.ts";

export function nothing() {}

if (import.meta.main) {
  await reportStarts(() => new Process({ target: nothing }));
}
