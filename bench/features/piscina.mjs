import { Piscina } from "piscina";
import * as module from "piscina";
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
const open = (options) => new Piscina({ filename, maxThreads: 1, ...options });

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
await probe(
  "processes",
  async () => await open().run(undefined, { name: "pid" }) !== process.pid,
);
await probe("map", () => has(open(), "map", "mapExecute", "starmap"));
await probe("stream", () => has(open(), "imap", "stream", "iterate"));
await probe(
  "stop",
  () =>
    stopsCounting((buffer, signal) =>
      open().run(buffer, { name: "count", signal })
    ),
);
await probe("death", async () => {
  const pool = open();
  return await fails(pool.run(undefined, { name: "exit" })) &&
    await pool.run({ a: 1, b: 2 }, { name: "add" }) === 3;
});
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
  const refused = await fails(pool.run(1, { name: "nap" }));
  return refused && "needsDrain" in pool ? "error, event" : false;
});
await probe("priority", () => ranks(Piscina.queueOptionsSymbol, open));
await probe("recycle", () => {
  const { options } = open();
  return "maxTasksPerWorker" in options ||
    "maxMemoryLimitBeforeRecycle" in options;
});
await probe(
  "shared",
  () => sharesMemory((buffer) => open().run(buffer, { name: "mark" })),
);
probeWords("piscina", module, open().options);
done();
