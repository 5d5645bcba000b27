import { Tinypool } from "tinypool";
import * as module from "tinypool";
import {
  done,
  fails,
  has,
  probe,
  probeWords,
  ranks,
  sharesMemory,
  stopsCounting,
} from "./_probe.mjs";
import { OwnError } from "./_work.mjs";
import process from "node:process";

const filename = new URL("./_work.mjs", import.meta.url).href;
const open = (options) =>
  new Tinypool({ filename, minThreads: 1, maxThreads: 1, ...options });

async function dies(pool) {
  return await fails(pool.run(undefined, { name: "exit" })) &&
    await pool.run({ a: 1, b: 2 }, { name: "add" }) === 3;
}

await probe("inline", async () => {
  const pool = open();
  return (await pool.run({ a: 1, b: 2 }, { name: (x) => x })) !== undefined;
});
await probe("typescript", async () => {
  const typed = new URL("./_typed_work.mts", import.meta.url).href;
  return await open({ filename: typed }).run({ a: 1, b: 2 }, {
    name: "add",
  }) ===
    3;
});
await probe("processes", async () => {
  const pid = (options) => open(options).run(undefined, { name: "pid" });
  return await pid({ runtime: "child_process" }) !== process.pid &&
    await pid() === process.pid;
});
await probe("map", () => has(open(), "map", "mapExecute", "starmap"));
await probe("stream", () => has(open(), "imap", "stream", "iterate"));
await probe(
  "stop",
  () =>
    stopsCounting((buffer, signal) =>
      open().run(buffer, { name: "count", signal })
    ),
);
await probe("death", () => dies(open()));
await probe("deathOfProcess", () => dies(open({ runtime: "child_process" })));
await probe("errors", async () => {
  try {
    await open().run(undefined, { name: "fail" });
  } catch (error) {
    return error instanceof OwnError;
  }
});
await probe("backPressure", async () => {
  const pool = open({ maxQueue: 1 });
  pool.run(100, { name: "nap" }).catch(() => {});
  pool.run(100, { name: "nap" }).catch(() => {});
  return await fails(pool.run(1, { name: "nap" })) ? "error" : false;
});
await probe("priority", () => ranks(Tinypool.queueOptionsSymbol, open));
await probe("recycle", async () => {
  const runtime = "child_process";
  const pool = open({ runtime, maxMemoryLimitBeforeRecycle: 1 });
  const first = await pool.run(undefined, { name: "pid" });
  const isolated = open({ runtime, isolateWorkers: true });
  const one = await isolated.run(undefined, { name: "pid" });
  return first !== await pool.run(undefined, { name: "pid" }) &&
      one !== await isolated.run(undefined, { name: "pid" })
    ? "each task, memory"
    : false;
});
await probe("shared", () => {
  const mark = (options) => (buffer) =>
    open(options).run(buffer, { name: "mark" });
  return sharesMemory(mark(), mark({ runtime: "child_process" }));
});
probeWords("tinypool", module, open().options);
done();
