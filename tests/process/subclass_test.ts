// Subclasses of `Process` and `Thread` that override `run()`.

import { assertEquals, assertMatch } from "@std/assert";
import { FIXTURES, leaveNoProcess, runFixture } from "./run_fixture.ts";

leaveNoProcess();

Deno.test("Process and Thread subclasses run their run() with the fields that were set", async () => {
  const { stdout, stderr, code } = await runFixture("subclasses.ts");
  assertEquals(code, 0, stderr);
  assertEquals(stdout.split("\n"), [
    "worker exit code: 0",
    '["hello",1,5,"worker",true,true,true]',
    "ThreadWorker-1 exit code: 4",
    '["hi","ThreadWorker-1",true]',
    "Exiting-2 exit code: 9",
    "Plain-3 exit code: 8",
    "TypeError: Cannot send this.callback: a function cannot be sent to another process",
    "TypeError: Cannot start Process-5: its class has no name; give it one and export it, so that the child can find it",
    "Failing-6 exit code: 1",
    "NotExported-7 exit code: 1",
    "",
  ]);
  const file = FIXTURES.href + "subclasses.ts";
  assertEquals(stderr.replace(/:\d+:\d+/g, "").split("\n"), [
    "Process Failing-6:",
    "Error: expected by this test",
    `    at Failing.run (${file})`,
    "Process NotExported-7:",
    `TypeError: Cannot find class "NotExported": no such export in ${file} (its exports: Exiting, Failing, Plain, ThreadWorker, Unsendable, Worker1); export it from "${file}"`,
    "",
  ]);
  assertMatch(stdout, /worker/);
});
