// Milliseconds from making a pool to its first result.

import { Pool, type TaskPool, ThreadPool } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";
import { increment, WORKERS } from "./_pool_work.ts";

async function untilFirst(open: () => TaskPool): Promise<number> {
  const begin = performance.now();
  const pool = open();
  await pool.apply(increment, [1]);
  const took = performance.now() - begin;
  pool.terminate();
  await pool.join();
  return took;
}

if (import.meta.main) {
  const count = QUICK ? 5 : 15;
  report({
    pool: await sample(count, () => untilFirst(() => new Pool(WORKERS))),
    threads: await sample(
      count,
      () => untilFirst(() => new ThreadPool(WORKERS)),
    ),
  });
}
