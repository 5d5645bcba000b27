// Does what the cases do that start processes. Each child imports it, too, so nothing of the library.

import { QUICK, report, sample } from "./_sample.ts";

interface Startable {
  start(): void;
  join(): Promise<unknown>;
}

/** Measures how long a process takes to start and to be joined, and `deno run` of an empty module. */
export async function reportStarts(open: () => Startable): Promise<void> {
  const count = QUICK ? 8 : 16;
  report({
    process: await sample(count, () => startAndJoin(open)),
    denoRun: await sample(count, denoRun),
  });
}

async function startAndJoin(open: () => Startable): Promise<number> {
  const begin = performance.now();
  const process = open();
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
