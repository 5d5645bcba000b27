// What our side of every case shares: sample a measurement, report the figures.
//
// A case prints one line of JSON: for each figure the list of its samples. `_sample.py` is the twin.

/** Whether to do less of everything. */
export const QUICK = Deno.args.includes("--quick");

const WARM_UP_MS = QUICK ? 200 : 500;

/**
 * Warms up by calling `measure` once, which may wait for a process to start, and then for a while;
 * gives what `count` more calls give.
 */
export async function sample(
  count: number,
  measure: () => number | Promise<number>,
): Promise<number[]> {
  await measure();
  const begin = performance.now();
  do await measure(); while (performance.now() - begin < WARM_UP_MS);
  const samples = [];
  while (samples.length < count) samples.push(await measure());
  return samples;
}

/** Submits so many tasks at once; gives how many a second are done. */
export async function tasksPerSecond(
  count: number,
  submit: (n: number) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now();
  const tasks: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) tasks.push(submit(n));
  await Promise.all(tasks);
  return count / (performance.now() - begin) * 1e3;
}

/** Prints the samples of each figure. */
export function report(figures: Record<string, number[]>): void {
  console.log(JSON.stringify(figures));
}
