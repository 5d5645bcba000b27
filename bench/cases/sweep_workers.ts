// Tiny tasks per second through a pool, by how many workers it has.

import { setTimeout as delay } from "node:timers/promises";
import { Pool, type TaskPool, ThreadPool } from "@parallel/multiprocessing";
import { increment } from "./_pool_work.ts";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.ts";

const WORKERS = QUICK ? [1, 2, 4, 8] : [1, 2, 4, 8, 16, 32, 64];
const TASKS = 5_000;
/** Milliseconds that each has to start, as this is about their work. */
const START_MS = 60;

async function measure(
  name: string,
  open: (workers: number) => TaskPool,
): Promise<Record<string, number[]>> {
  const figures: Record<string, number[]> = {};
  for (const workers of WORKERS) {
    await using pool = open(workers);
    await delay(START_MS * workers);
    figures[`${name}@${workers}`] = await sample(
      2,
      () => tasksPerSecond(TASKS, (n) => pool.apply(increment, [n])),
    );
  }
  return figures;
}

if (import.meta.main) {
  report({
    ...await measure("Pool", (workers) => new Pool(workers)),
    ...await measure("ThreadPool", (workers) => new ThreadPool(workers)),
  });
}
