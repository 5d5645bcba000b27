// After CPython's _TestLogging.

import { assert, assertEquals } from "@std/assert";
import { getLogger, logToStderr } from "../../process/mod.ts";
import { type Kind, leaveNothingBehind, testProcesses } from "./backends.ts";
import { run } from "./programs.ts";

leaveNothingBehind();

/** Children by kind, and what the log calls the first one. */
const CHILDREN: readonly [Kind, string][] = [
  ["process", "Process-1"],
  ["thread", "MainProcess/Thread-1"],
];

/** What is logged, without the times, the ids, and what the library says. */
async function ownLines(level: string, kind: Kind): Promise<string[]> {
  const { code, stderr } = await run(`logs.ts ${level} ${kind}`);
  assertEquals(code, 0, stderr);
  return stderr.trimEnd().split("\n")
    .map((line) => line.replace(/^\S+ (\w+) +\d+ /, "$1 "))
    .filter((line) => /: (the level|less)/.test(line));
}

Deno.test("getLogger() gives a log that can be turned on and off", () => {
  const log = getLogger();
  assert(log !== undefined);
  assertEquals(logToStderr("error"), log);
  log.info("this is not to be seen");
  assertEquals(log.level, "error");
  assertEquals(logToStderr("off").level, "off");
});

testProcesses("Logger.level of a child is that of its parent", async () => {
  for (const [kind, child] of CHILDREN) {
    assertEquals(await ownLines("info", kind), [
      "info MainProcess: the level is info",
      `info ${child}: the level is info`,
    ]);
    assertEquals(await ownLines("error", kind), []);
  }
});

testProcesses("Logger says who writes a line", async () => {
  for (const [kind, child] of CHILDREN) {
    assertEquals(await ownLines("debug", kind), [
      "info MainProcess: the level is debug",
      "debug MainProcess: less",
      `info ${child}: the level is debug`,
      `debug ${child}: less`,
    ]);
  }
});
