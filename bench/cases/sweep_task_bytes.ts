// Megabytes per second that tasks carry to the workers of a pool of two, by the bytes of a task.

import { Pool, type TaskPool, ThreadPool } from "@parallel/multiprocessing";
import { WORKERS } from "./_pool_work.ts";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.ts";

/** Bytes of a task. */
const SIZES = [16, 256, 4_096, 65_536, 1_000_000, 10_000_000, 100_000_000];
/** Bytes that one sample moves, as far as its tasks are neither too many nor too few. */
const SAMPLE_BYTES = QUICK ? 20_000_000 : 100_000_000;
const MOST = 2_000;

export function size(bytes: Uint8Array): number {
  return bytes.length;
}

async function measure(
  name: string,
  open: () => TaskPool,
): Promise<Record<string, number[]>> {
  const figures: Record<string, number[]> = {};
  for (const length of SIZES) {
    await using pool = open();
    const bytes = new Uint8Array(length).fill(1);
    const count = Math.min(MOST, Math.max(2, Math.ceil(SAMPLE_BYTES / length)));
    const tasks = await sample(
      2,
      () => tasksPerSecond(count, () => pool.apply(size, [bytes])),
    );
    figures[`${name}@${length}`] = tasks.map((it) => it * length / 1e6);
  }
  return figures;
}

if (import.meta.main) {
  report({
    ...await measure("Pool", () => new Pool(WORKERS)),
    ...await measure("ThreadPool", () => new ThreadPool(WORKERS)),
  });
}
