// Milliseconds to start an empty process and join it, and beside it `deno run` of an empty module.

import { Process } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

export function nothing() {}

async function startAndJoin(): Promise<number> {
  const begin = performance.now();
  const process = new Process({ target: nothing });
  process.start();
  await process.join();
  return performance.now() - begin;
}

async function denoRun(): Promise<number> {
  const begin = performance.now();
  const empty = new URL("_empty.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", empty],
    stdin: "null",
  }).spawn();
  await child.status;
  return performance.now() - begin;
}

if (import.meta.main) {
  const count = QUICK ? 8 : 16;
  report({
    process: await sample(count, startAndJoin),
    denoRun: await sample(count, denoRun),
  });
}
