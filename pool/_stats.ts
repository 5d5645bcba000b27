import type { Histogram } from "./_histogram.ts";
import type { Scheduler } from "./_scheduler.ts";
import type { Percentiles, PoolStats } from "./pool_stats.ts";

/** What a pool has done so far. */
export function statsOf(scheduler: Scheduler): PoolStats {
  const { measures, crew } = scheduler;
  const now = performance.now();
  return {
    queued: scheduler.queued,
    running: scheduler.running,
    done: measures.done,
    failed: measures.failed,
    retried: measures.retried,
    workers: [...crew.workers.values()].map((worker) => ({
      name: worker.name,
      pid: worker.started.pid,
      tasks: worker.done,
      busy: worker.busyMs,
      idle: Math.max(0, now - worker.startedAt - worker.busyMs),
    })),
    queueWait: percentilesOf(measures.waitMs),
    runTime: percentilesOf(measures.runMs),
    bytesSent: measures.bytesSent,
    bytesReceived: measures.bytesReceived,
  };
}

function percentilesOf(histogram: Histogram): Percentiles {
  return {
    p50: histogram.percentile(0.5),
    p95: histogram.percentile(0.95),
    p99: histogram.percentile(0.99),
  };
}
