// Milliseconds from making a pool to its first result.

import {
  fromModule,
  Pool,
  type TaskPool,
  ThreadPool,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";
import { increment, WORKERS } from "./_pool_work.ts";

const ALONE = fromModule<typeof increment>(
  new URL("_tasks.ts", import.meta.url),
  "increment",
);

async function untilFirst(
  open: () => TaskPool,
  task: typeof increment | typeof ALONE = increment,
): Promise<number> {
  const begin = performance.now();
  const pool = open();
  await pool.apply(task, [1]);
  const took = performance.now() - begin;
  pool.terminate();
  await pool.join();
  return took;
}

if (import.meta.main) {
  const count = QUICK ? 5 : 15;
  const openPool = () => new Pool(WORKERS);
  const openThreads = () => new ThreadPool(WORKERS);
  report({
    pool: await sample(count, () => untilFirst(openPool)),
    threads: await sample(count, () => untilFirst(openThreads)),
    poolAlone: await sample(count, () => untilFirst(openPool, ALONE)),
    threadsAlone: await sample(count, () => untilFirst(openThreads, ALONE)),
  });
}
