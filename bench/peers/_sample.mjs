// What the peers' side of every case shares. `bench/cases/_sample.ts` is the twin.

import process from "node:process";

export const QUICK = process.argv.includes("--quick");

const WARM_UP_MS = QUICK ? 200 : 500;

/**
 * Warms up by calling `measure` once, which may wait for workers to start, and then for a while;
 * gives what `count` more calls give.
 */
export async function sample(count, measure) {
  await measure();
  const begin = performance.now();
  do await measure(); while (performance.now() - begin < WARM_UP_MS);
  const samples = [];
  while (samples.length < count) samples.push(await measure());
  return samples;
}

/** Submits so many tasks at once; gives how many a second are done. */
export async function tasksPerSecond(count, submit) {
  const begin = performance.now();
  const tasks = [];
  for (let n = 0; n < count; n++) tasks.push(submit(n));
  await Promise.all(tasks);
  return count / (performance.now() - begin) * 1e3;
}

/** Prints the samples of each peer, and ends: some pools leave something running. */
export function report(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
}
