// Tasks per second through a pool of two, by how long a task computes.

import { Pool, type TaskPool, ThreadPool } from "@parallel/multiprocessing";
import { WORKERS } from "./_pool_work.ts";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.ts";

/** Milliseconds of a task. */
const SIZES = [0, 0.01, 0.1, 1, 10, 100];
/** Milliseconds of work in one sample, as far as its tasks are not too many. */
const SAMPLE_MS = QUICK ? 200 : 400;
const MOST = 5_000;

export function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function countOf(ms: number): number {
  return Math.min(MOST, Math.max(4, Math.ceil(SAMPLE_MS / ms)));
}

async function measure(
  name: string,
  open: () => TaskPool,
): Promise<Record<string, number[]>> {
  await using pool = open();
  const figures: Record<string, number[]> = {};
  for (const ms of SIZES) {
    const count = countOf(ms);
    figures[`${name}@${ms}`] = await sample(
      2,
      () => tasksPerSecond(count, () => pool.apply(compute, [ms])),
    );
  }
  return figures;
}

if (import.meta.main) {
  report({
    ...await measure("Pool", () => new Pool(WORKERS)),
    ...await measure("ThreadPool", () => new ThreadPool(WORKERS)),
  });
}
