// What workers of poolifier do.

import { ClusterWorker, ThreadWorker } from "poolifier";
import { isMainThread } from "node:worker_threads";
import process from "node:process";

export class OwnError extends Error {
  name = "OwnError";
}

const Worker = isMainThread ? ClusterWorker : ThreadWorker;

export default new Worker({
  add: ({ a, b }) => a + b,
  exit: () => process.exit(3),
  count: (buffer) => {
    const counter = new Int32Array(buffer);
    for (;;) Atomics.add(counter, 0, 1);
  },
  mark: (buffer) => {
    new Int32Array(buffer)[0] = 1;
  },
  pid: () => process.pid,
  fail: () => {
    throw new OwnError("expected");
  },
  nap: async (ms) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
  },
  low: { taskFunction: () => "low", priority: 10 },
  high: { taskFunction: () => "high", priority: -10 },
});
