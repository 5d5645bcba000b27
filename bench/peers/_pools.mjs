// The pools that Node has, with two workers each unless said otherwise, behind one shape: `run(name, n)`,
// `map(name, items)` and `close()`.
//
// These programs are copied to where the packages are installed, and run there.

import { Piscina } from "piscina";
import { FixedClusterPool, FixedThreadPool } from "poolifier";
import { Tinypool } from "tinypool";
import workerpool from "workerpool";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const WORKERS = 2;
/** Tasks that a worker may be given ahead, where that can be said. */
const AHEAD = 50;

/** The ways to open each: as its documents say, and tuned for many small tasks. */
const THREADS = {
  piscina: [
    (workers) => piscina(workers, 1),
    (workers) => piscina(workers, AHEAD),
  ],
  tinypool: [
    (workers) => tinypool(workers, 1, "worker_threads"),
    (workers) => tinypool(workers, AHEAD, "worker_threads"),
  ],
  workerpool: [(workers) => openWorkerpool(workers, "thread")],
  poolifier: [(workers) => openPoolifier(workers, FixedThreadPool, "mjs")],
};
/** The same for those that can have processes instead. */
const PROCESSES = {
  "tinypool, processes": [
    (workers) => tinypool(workers, 1, "child_process"),
    (workers) => tinypool(workers, AHEAD, "child_process"),
  ],
  "workerpool, processes": [(workers) => openWorkerpool(workers, "process")],
  "poolifier, processes": [
    (workers) => openPoolifier(workers, FixedClusterPool, "cjs"),
  ],
};

export const more = (a, b) => a > b;
export const less = (a, b) => a < b;

/**
 * Measures with a pool of each peer. Of several ways to open it, the best one counts.
 *
 * @param options `processes`: also those of processes
 */
export function onAll(isBetter, measure, options) {
  return onEach(isBetter, async (open) => {
    const pool = open();
    const samples = await measure(pool);
    await pool.close();
    return samples;
  }, options);
}

/** Does as `onAll`, and leaves the opening to `measure`. */
export async function onEach(
  isBetter,
  measure,
  { workers = WORKERS, processes = false } = {},
) {
  const figures = {};
  const peers = processes ? { ...THREADS, ...PROCESSES } : THREADS;
  for (const [peer, ways] of Object.entries(peers)) {
    for (const open of ways) {
      const samples = await measure(() => open(workers));
      const best = figures[peer];
      if (best === undefined || isBetter(median(samples), median(best))) {
        figures[peer] = samples;
      }
    }
  }
  return figures;
}

function median(samples) {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1];
}

function urlOf(file) {
  return new URL(file, import.meta.url).href;
}

function piscina(workers, concurrentTasksPerWorker) {
  const pool = new Piscina({
    filename: urlOf("_work.mjs"),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker,
  });
  return {
    run: (name, n) => pool.run(n, { name }),
    map: (name, items) =>
      Promise.all(items.map((item) => pool.run(item, { name }))),
    close: () => pool.destroy(),
  };
}

function tinypool(workers, concurrentTasksPerWorker, runtime) {
  const pool = new Tinypool({
    runtime,
    filename: urlOf("_work.mjs"),
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker,
  });
  return {
    run: (name, n) => pool.run(n, { name }),
    map: (name, items) =>
      Promise.all(items.map((item) => pool.run(item, { name }))),
    close: () => pool.destroy(),
  };
}

function openWorkerpool(workers, workerType) {
  const pool = workerpool.pool(fileURLToPath(urlOf("_workerpool_work.mjs")), {
    minWorkers: workers,
    maxWorkers: workers,
    workerType,
  });
  return {
    run: (name, n) => pool.exec(name, [n]),
    map: (name, items) =>
      Promise.all(items.map((item) => pool.exec(name, [item]))),
    close: () => pool.terminate(),
  };
}

function openPoolifier(workers, FixedPool, extension) {
  const file = fileURLToPath(urlOf(`_poolifier_work.${extension}`));
  const pool = new FixedPool(workers, file);
  return {
    run: (name, n) => pool.execute(n, name),
    map: (name, items) => pool.mapExecute(items, name),
    // Sometimes it does not notice that its workers have ended.
    close: () => Promise.race([pool.destroy(), delay(500)]),
  };
}
