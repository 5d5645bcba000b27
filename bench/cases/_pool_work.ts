// What the pools of the cases call, and the pools themselves: two workers each.

import { Pool, type TaskPool, ThreadPool } from "@parallel/multiprocessing";

/** How many workers every pool has, here as in the other programs. */
export const WORKERS = 2;

export { increment } from "./_tasks.ts";

/** Keeps a processor busy: the steps of Collatz from all numbers up to `n`. */
export function countSteps(n: number): number {
  let steps = 0;
  for (let start = 1; start <= n; start++) {
    for (let at = start; at > 1; steps++) {
      at = at % 2 === 0 ? at / 2 : 3 * at + 1;
    }
  }
  return steps;
}

/** Measures with a pool of processes, then with one of threads. */
export async function withBoth(
  measure: (pool: TaskPool) => Promise<number[]>,
): Promise<{ pool: number[]; threads: number[] }> {
  return {
    pool: await withPool(new Pool(WORKERS), measure),
    threads: await withPool(new ThreadPool(WORKERS), measure),
  };
}

async function withPool(
  pool: TaskPool,
  measure: (pool: TaskPool) => Promise<number[]>,
): Promise<number[]> {
  try {
    return await measure(pool);
  } finally {
    pool.terminate();
    await pool.join();
  }
}
