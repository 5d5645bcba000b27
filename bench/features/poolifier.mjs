import { FixedClusterPool, FixedThreadPool, PoolEvents } from "poolifier";
import * as module from "poolifier";
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

const file = fileURLToPath(new URL("./_poolifier_work.mjs", import.meta.url));
const open = (options) =>
  new FixedThreadPool(1, file, { errorHandler() {}, ...options });

async function dies(pool) {
  return await fails(pool.execute(undefined, "exit")) &&
    await pool.execute({ a: 1, b: 2 }, "add") === 3;
}

await probe("inline", async () => {
  const pool = open();
  await pool.addTaskFunction("more", ({ a, b }) => a + b);
  return await pool.execute({ a: 1, b: 2 }, "more") === 3;
});
await probe("typescript", async () => {
  const typed = fileURLToPath(
    new URL("./_poolifier_typed.mts", import.meta.url),
  );
  const pool = new FixedThreadPool(1, typed, { errorHandler() {} });
  return await pool.execute({ a: 1, b: 2 }, "add") === 3;
});
await probe("processes", async () => {
  const pid = (pool) => pool.execute(undefined, "pid");
  return await pid(new FixedClusterPool(1, file)) !== process.pid &&
    await pid(open()) === process.pid;
});
await probe("map", async () => {
  const items = [{ a: 1, b: 2 }, { a: 3, b: 4 }];
  const results = await open().mapExecute(items, "add");
  return results.join() === "3,7" ? "no chunks" : false;
});
await probe("stream", () => has(open(), "imap", "stream", "iterate"));
await probe(
  "stop",
  () =>
    stopsCounting((buffer, signal) => open().execute(buffer, "count", signal)),
);
await probe("death", () => dies(open()));
await probe("deathOfProcess", () => dies(new FixedClusterPool(1, file)));
await probe("errors", async () => {
  const { OwnError } = await import("./_poolifier_work.mjs");
  try {
    await open().execute(undefined, "fail");
  } catch (error) {
    return error instanceof OwnError;
  }
});
await probe("backPressure", async () => {
  const pool = open({
    enableTasksQueue: true,
    tasksQueueOptions: { size: 2, concurrency: 1 },
  });
  let told = false;
  pool.emitter.on(PoolEvents.backPressure, () => told = true);
  const tasks = Array.from({ length: 6 }, () => pool.execute(20, "nap"));
  await Promise.all(tasks);
  return told ? "event" : false;
});
await probe("priority", async () => {
  const pool = open({ enableTasksQueue: true });
  const order = [];
  await pool.execute(1, "nap");
  await Promise.all([
    pool.execute(200, "nap"),
    ...["low", "high", "low"].map(async (name) =>
      order.push(await pool.execute(undefined, name))
    ),
  ]);
  return order[0] === "high" ? "by function" : false;
});
await probe("recycle", () => "maxTasksPerWorker" in open());
await probe("shared", () => {
  const mark = (pool) => (buffer) => pool.execute(buffer, "mark");
  return sharesMemory(mark(open()), mark(new FixedClusterPool(1, file)));
});
probeWords("poolifier", module, open().opts);
done();
