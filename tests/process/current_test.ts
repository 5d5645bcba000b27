// Who runs here: `currentProcess()`, `parentProcess()`, `currentThread()`.

import { assert, assertEquals } from "@std/assert";
import { cpuCount, threadIdent } from "../../process/mod.ts";
import { leaveNoProcess, runWell, startFixture } from "./run_fixture.ts";

leaveNoProcess();

const WITHOUT_FFI = ["--allow-all", "--deny-ffi"];

Deno.test("currentProcess(), parentProcess() and currentThread() know main, child, grandchild and threads", async () => {
  const lines = await runWell("who_am_i.ts");
  const always = {
    isPid: true,
    exitCode: null,
    daemon: false,
    isIdent: true,
    same: true,
    children: 0,
  };
  const told = lines.slice(0, 6).map((line) => {
    const { isParent, ...rest } = JSON.parse(line);
    assert(isParent);
    return rest;
  });
  const main = { process: "MainProcess", parent: null, alive: null };
  const child = { process: "Process-1", parent: "MainProcess", alive: true };
  const grandchild = {
    process: "Process-1:1",
    parent: "Process-1",
    alive: true,
  };
  const inMain = { thread: "MainThread", ...always };
  assertEquals(told, [
    { where: "main", ...main, ...inMain },
    { where: "main's thread", ...main, ...always, thread: "Thread-1" },
    { where: "child", ...child, ...inMain },
    { where: "grandchild", ...grandchild, ...inMain },
    { where: "child's thread", ...child, ...always, thread: "Thread-1" },
    {
      where: "thread's child",
      ...grandchild,
      process: "Process-1:2",
      ...inMain,
    },
  ]);
  assertEquals(lines.slice(6), [
    "Error: Cannot start MainProcess: it has already started",
    "Error: Cannot join MainProcess: only its parent can do that",
    "Error: Cannot terminate MainProcess: only its parent can do that",
    "Error: Cannot close MainProcess: it is still running; join() or terminate() it first",
    "Error: Cannot set daemon of MainProcess: it has started",
    "Error: Cannot start MainThread: it has already started",
    "Error: Cannot join MainThread: only its parent can do that",
    "Error: Cannot close MainThread: it is still running; join() or terminate() it first",
  ]);
});

for (
  const [where, permissions] of [["", undefined], [
    " without --allow-ffi",
    WITHOUT_FFI,
  ]] as const
) {
  Deno.test(`parentProcess().join() ends and isAlive() is false when the parent is killed${where}`, async () => {
    await using program = startFixture("orphan.ts", { permissions });
    await program.printed("timed out");
    program.signal("SIGKILL");
    const { stdout, code } = await program.ended();
    assertEquals(stdout.split("\n"), [
      '["MainProcess",true,"TimeoutError: Cannot join MainProcess: timed out after 5 ms"]',
      "[false,true,1]",
      "",
    ]);
    assertEquals(code, 137);
  });
}

Deno.test("cpuCount() is how many processors there are", () => {
  assertEquals(cpuCount(), navigator.hardwareConcurrency);
});

Deno.test("threadIdent() is the same in one thread", () => {
  assertEquals(threadIdent(), threadIdent());
});
