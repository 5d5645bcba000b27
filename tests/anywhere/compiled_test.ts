// A program made by `deno compile`, as far as the library can tell: the runtime says that it is one.

import { assertEquals } from "@std/assert";
import { ROOT } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";

const MOD = JSON.stringify(new URL("mod.ts", ROOT).href);

Deno.test("A compiled program starts threads, and says of processes that it cannot have any", async () => {
  const source = `
const build = { ...Deno.build, standalone: true };
Object.defineProperty(Deno, "build", { value: build });
const { Manager, Pool, Process, Thread, ThreadPool } = await import(${MOD});
const attempt = async (start) => {
  try {
    console.log(await start());
  } catch (error) {
    console.log(String(error));
  }
};
await attempt(() => new Process({ target: () => {} }).start());
await attempt(() => new Pool(2).apply(() => {}));
await attempt(() => new Manager());
await attempt(async () => {
  const thread = new Thread({ target: () => console.log("thread") });
  thread.start();
  return await thread.join();
});
await attempt(async () => {
  await using pool = new ThreadPool(1);
  return await pool.apply((n) => n * 2, [21]);
});`;
  const { code, stdout, stderr } = await runProgram(
    "deno eval",
    ["eval", source],
  );
  const refused = (name: string) =>
    `NotSupported: Cannot start ${name}: a program made by deno compile has no Deno to run; use Thread and ThreadPool, or start it by deno run\n`;
  assertEquals([stderr, code], ["", 0]);
  assertEquals(
    stdout,
    refused("Process-1") + refused("PoolWorker-1") + refused("Manager-1") +
      "thread\n0\n42\n",
  );
});
