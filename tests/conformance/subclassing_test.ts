// After CPython's _TestSubclassingProcess: processes by subclasses, and how processes end.

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { BrokenPipeError } from "../../pipe/mod.ts";
import { UpperCaser } from "../fixtures/conformance/upper_caser.ts";
import { leaveNothingBehind, testProcesses } from "./backends.ts";
import { run } from "./programs.ts";

leaveNothingBehind();

testProcesses(
  "Process subclass runs its run() with the fields of its constructor",
  async () => {
    const upperCaser = new UpperCaser();
    upperCaser.start();
    assertEquals(await upperCaser.submit("hello"), "HELLO");
    assertEquals(await upperCaser.submit("world"), "WORLD");
    await upperCaser.stop();
    assertEquals(await upperCaser.join(), 0);
    const late = new UpperCaser();
    late.start();
    assertEquals(await late.submit("again"), "AGAIN");
    late.kill();
    await late.join();
    late.far.close();
    await assertRejects(() => late.submit("to nobody"), BrokenPipeError);
  },
);

testProcesses(
  "Process whose target throws prints the whole error before it ends",
  async () => {
    const { stdout, stderr } = await run("exits.ts error");
    assertEquals(stdout, "1\n");
    assertMatch(
      stderr,
      /^Process Process-1:\nRangeError: division by zero\n {4}at end \(.*exits\.ts:8:13\)\n$/,
    );
  },
);

testProcesses(
  "Process ends with the exit code that it gives, and says what it throws",
  async () => {
    const cases = [
      ["text", 1, 'Process Process-1:\nUncaught "ignore this"\n'],
      ["list", 1, "Process Process-1:\nUncaught [ 1, 2, 3 ]\n"],
      ["nothing", 0, ""],
      ["code", 8, ""],
      ["later", 9, ""],
      ["value", 0, ""],
    ] as const;
    for (const [how, exitCode, printed] of cases) {
      const { code, stdout, stderr } = await run(`exits.ts ${how}`);
      assertEquals([how, code, stdout, stderr], [
        how,
        0,
        `${exitCode}\n`,
        printed,
      ]);
    }
  },
);
