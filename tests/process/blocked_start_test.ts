// Programs without shared memory that start a process and block before it has begun.

import { assertEquals } from "@std/assert";
import { runProgram } from "../run_program.ts";

const FIXTURE = new URL("../fixtures/hub/blocked.ts", import.meta.url).pathname;
const FLAGS = ["--quiet", "--no-prompt", "--no-check"];

async function run(where: string, role: string): Promise<[string, string]> {
  const { code, stdout, stderr } = await runProgram(
    `${where} ${role}`,
    ["run", ...FLAGS, "--allow-all", "--deny-ffi", FIXTURE, where, role],
    { timeout: 180 },
  );
  assertEquals(code, 0, stderr);
  return [stdout.replace("exit code 0\n", ""), stderr];
}

function warning(name: string, doing: string): string {
  return `${name} has not begun, and does not while this thread is blocked to ${doing}: without shared memory, a process is told what to do by the event loop of who starts it. Use the form that does not block, or await something between start() and the one that does\n`;
}

/** Where it is started, and what it blocks in there. They wait most of the time, so both at once. */
const PLACES = [
  { where: "host", doing: "get from queue" },
  { where: "client", doing: "call Queue.getSync()" },
];

Deno.test("Process.start() warns once if who calls it blocks at once, in a host and in a client of a hub", async () => {
  await Promise.all(PLACES.map(async ({ where, doing }) => {
    assertEquals(await run(where, "blockAtOnce"), [
      'TimeoutError\nTimeoutError\n[ "First", "Second" ]\nTimeoutError\n',
      warning("First", doing) + warning("Second", doing),
    ]);
  }));
});

Deno.test("Process.start() warns if who calls it blocks in waitSync(), in a host and in a client of a hub", async () => {
  await Promise.all(PLACES.map(async ({ where }) => {
    assertEquals(await run(where, "blockForMany"), [
      "0\nChild\n",
      warning("Child", "go on with one of many"),
    ]);
  }));
});

Deno.test("Process.start() does not warn who has awaited meanwhile, in a host and in a client of a hub", async () => {
  await Promise.all(PLACES.map(async ({ where }) => {
    assertEquals(await run(where, "awaitBefore"), [
      "Child\nTimeoutError\n",
      "",
    ]);
  }));
});

// Where a worker is started for the first call that blocks, a busy machine may need longer.
Deno.test("Process.start() does not warn who blocks for a moment", async () => {
  assertEquals(await run("host", "blockForShort"), [
    "TimeoutError\nTimeoutError\nChild\n",
    "",
  ]);
});
