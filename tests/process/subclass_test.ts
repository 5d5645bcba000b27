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

for (const kind of ["Process", "Thread"]) {
  Deno.test(`${kind} subclass calls its target by super.run()`, async () => {
    const program = `subclass_targets.ts ${kind}`;
    const { stdout, stderr, code } = await runFixture(program);
    assertEquals(code, 0, stderr);
    const name = `Timed${kind}`;
    assertEquals(stdout.split("\n"), [
      `${name}-1 0`,
      '["exported","twice"]',
      '["exported","twice"]',
      `["${name}-1",2]`,
      `${name}-2 0`,
      '["elsewhere","module"]',
      `["${name}-2",1]`,
      `${name}-3 0`,
      '["inline","source"]',
      `["${name}-3",1]`,
      `${name}-4 0`,
      '["exported","grandchild"]',
      '["inner",1]',
      '["started",0]',
      `["${name}-4",1]`,
      `${name}-5 0`,
      `["${name}-5",1]`,
      `${name}-6 0`,
      `["${name}-6",1]`,
      `${name}-7 1`,
      `${name}-8 1`,
      `${name}-9 1`,
      "",
    ]);
    const file = FIXTURES.href + "subclass_targets.ts";
    assertEquals(stderr.replace(/:\d+:\d+/g, "").split("\n"), [
      `${kind} ${name}-7:`,
      "Error: expected by this test",
      `    at throws (${file})`,
      `    at ${name}.run (${file})`,
      `${kind} ${name}-8:`,
      `ReferenceError: outside is not defined: "hidden" runs without the variables around it, because it is not exported by ${file}; export it there, pass outside in args, or, if it is imported, name its module: fromModule<typeof import("./work.ts").hidden>(new URL("./work.ts", import.meta.url), "hidden")`,
      "    at hidden (inline-target, <anonymous>)",
      `    at ${name}.run (${file})`,
      `${kind} ${name}-9:`,
      `TypeError: Cannot find target "missing": no such export in ${file} (its exports: TimedProcess, TimedThread, exported, starts, throws)`,
      "",
    ]);
  });
}
