import workerpool from "workerpool";
import * as module from "workerpool";
import { fileURLToPath } from "node:url";
import {
  done,
  fails,
  has,
  probe,
  probeWords,
  sharesMemory,
  stopsCounting,
} from "./_probe.mjs";
import process from "node:process";

const open = (options) =>
  workerpool.pool({
    maxWorkers: 1,
    minWorkers: 1,
    workerType: "thread",
    ...options,
  });
const count = (buffer) => {
  const counter = new Int32Array(buffer);
  for (;;) Atomics.add(counter, 0, 1);
};
const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function dies(pool) {
  return await fails(pool.exec(() => process.exit(3), [])) &&
    await pool.exec((a, b) => a + b, [1, 2]) === 3;
}

await probe(
  "inline",
  async () => await open().exec((a, b) => a + b, [1, 2]) === 3,
);
await probe("typescript", async () => {
  const script = fileURLToPath(
    new URL("./_workerpool_typed.mts", import.meta.url),
  );
  const pool = workerpool.pool(script, { maxWorkers: 1, workerType: "thread" });
  return await pool.exec("add", [1, 2]) === 3;
});
await probe("processes", async () => {
  const pid = (workerType) => open({ workerType }).exec(() => process.pid, []);
  return await pid("process") !== process.pid &&
    await pid("thread") === process.pid;
});
await probe("map", () => has(open(), "map", "mapExecute", "starmap"));
await probe("stream", () => has(open(), "imap", "stream", "iterate"));
await probe("stop", () =>
  stopsCounting((buffer, signal) => {
    const promise = open().exec(count, [buffer]);
    signal.addEventListener("abort", () => promise.cancel());
    return promise;
  }));
await probe("death", () => dies(open()));
await probe("deathOfProcess", () => dies(open({ workerType: "process" })));
await probe("errors", async () => {
  try {
    await open().exec(() => {
      throw new RangeError("expected");
    }, []);
  } catch (error) {
    return error instanceof RangeError;
  }
});
await probe("backPressure", async () => {
  const pool = open({ maxQueueSize: 1 });
  pool.exec(nap, [100]).catch(() => {});
  pool.exec(nap, [100]).catch(() => {});
  return await fails((async () => await pool.exec(nap, [1]))())
    ? "error"
    : false;
});
await probe("priority", async () => {
  const order = [];
  const tasks = [];
  const queueStrategy = {
    push: (task) => tasks.push(task),
    pop() {
      tasks.sort((a, b) => rank(b) - rank(a));
      return tasks.shift();
    },
    size: () => tasks.length,
    contains: (task) => tasks.includes(task),
    clear: () => void tasks.splice(0),
  };
  const rank = (task) => task.options?.metadata?.rank ?? 0;
  const pool = open({ queueStrategy });
  await Promise.all([
    pool.exec(nap, [200]),
    ...[1, 3, 2].map(async (rank) =>
      order.push(await pool.exec((n) => n, [rank], { metadata: { rank } }))
    ),
  ]);
  return order.join() === "3,2,1" ? "own queue" : false;
});
await probe("recycle", () => "maxTasksPerWorker" in open());
await probe("shared", () => {
  const mark = (workerType) => (buffer) =>
    open({ workerType }).exec((buffer) => {
      new Int32Array(buffer)[0] = 1;
    }, [buffer]);
  return sharesMemory(mark("thread"), mark("process"));
});
probeWords("workerpool", module, open());
done();
