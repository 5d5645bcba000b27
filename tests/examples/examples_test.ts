// Runs every program of `examples/` and checks what it printed and how long it took.

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import {
  type ExampleRun,
  runExample,
  runExampleBothWays,
} from "./run_example.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("Example 1: ten processes sleep two seconds side by side", async () => {
  const { stdout, seconds } = await runWell("01_ten_processes.ts");
  const expected = Array.from({ length: 10 }, (_, n) => `heelo bob${n}`);
  assertEquals(linesOf(stdout).sort(), expected);
  assert(seconds >= 2 && seconds < 20, `it took ${seconds} s`);
});

Deno.test("Example 2: a thread in each of ten processes has an identity of its own", async () => {
  const { stdout } = await runWell("02_threads.ts");
  const found = linesOf(stdout).map((line) =>
    /^hello from (Process-\d+), thread (\S+)$/.exec(line) ?? [line, "", ""]
  );
  const processes = found.map(([_, process]) => process!);
  const expected = Array.from({ length: 10 }, (_, n) => `Process-${n + 1}`);
  assertEquals(processes.sort(), expected.sort());
  assertEquals(new Set(found.map(([_, __, thread]) => thread)).size, 10);
});

Deno.test("Example 3: the main program knows its module, its process and its parent", async () => {
  const { stdout, pid } = await runWell("03_info.ts");
  assertEquals(linesOf(stdout), [
    "main process line",
    `module: ${urlOf("03_info.ts")} main: true`,
    `parent process: ${Deno.pid}`,
    `process id: ${pid}`,
  ]);
});

Deno.test("Example 4: a child's parent is the main program, and it is not main", async () => {
  const { stdout, pid } = await runWell("04_info_in_child.ts");
  const lines = linesOf(stdout);
  const childId = /^process id: (\d+)$/.exec(lines.at(-2) ?? "")?.[1];
  assertEquals(lines, [
    "main process line",
    `module: ${urlOf("04_info_in_child.ts")} main: true`,
    `parent process: ${Deno.pid}`,
    `process id: ${pid}`,
    "function f",
    `module: ${urlOf("04_info_in_child.ts")} main: false`,
    `parent process: ${pid}`,
    `process id: ${childId}`,
    "hello bob",
  ]);
  assertNotEquals(Number(childId), pid);
});

Deno.test("Example 5: a ThreadQueue brings a thread's list", async () => {
  const { stdout } = await runWell("05_thread_queue.ts");
  assertEquals(stdout, '[ 42, null, "heelo" ]\n');
});

Deno.test("Example 6: a child fails that uses a variable it was not given", async () => {
  const { stdout, stderr, code } = await runExample("06_not_handed_over.ts");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, "exit code: 1\n");
  assertMatch(stderr, /^Process Process-1:$/m);
  assertMatch(stderr, /ReferenceError: .*\bq\b/);
  assertMatch(stderr, /\bargs\b/);
});

Deno.test("Example 7: a ThreadQueue handed to a Process is a TypeError before there is one", async () => {
  const { stdout } = await runWell("07_wrong_queue.ts");
  const [error, started, ...rest] = linesOf(stdout);
  assertMatch(error ?? "", /^TypeError: .*thread/i);
  assertMatch(error ?? "", /\bQueue\b/);
  assertEquals(started, "processes started: 0");
  assertEquals(rest, []);
});

Deno.test("Example 8: a Queue handed to a Process brings what it puts", async () => {
  for (const { stdout } of await runBothWays("08_queue.ts")) {
    assertEquals(stdout, '[ 42, null, "heelo" ]\n');
  }
});

Deno.test("Example 9: a Pipe brings a child's message", async () => {
  for (const { stdout } of await runBothWays("09_pipe.ts")) {
    assertEquals(linesOf(stdout), ['[ 42, null, "hello from child1" ]']);
  }
});

Deno.test("Example 10: a message that nobody receives keeps nobody waiting", async () => {
  for (const { stdout } of await runBothWays("10_receive_less.ts")) {
    assertEquals(linesOf(stdout), ['[ 42, null, "hello from child1" ]']);
  }
});

Deno.test("Example 11: two messages arrive in order", async () => {
  for (const { stdout } of await runBothWays("11_receive_all.ts")) {
    assertEquals(linesOf(stdout), [
      '[ 42, null, "hello from child1" ]',
      '[ 43, null, "hello from child2" ]',
    ]);
  }
});

Deno.test("Example 12: recv waits for the child, and ends once it has gone", async () => {
  for (const { stdout, seconds } of await runBothWays("12_receive_more.ts")) {
    const [first, second, third, end, ...rest] = linesOf(stdout);
    assertEquals([first, second, third], [
      '[ 42, null, "hello from child1" ]',
      '[ 43, null, "hello from child2" ]',
      '[ 44, null, "hello from child3" ]',
    ]);
    assertMatch(end ?? "", /^EndOfStreamError: /);
    assertEquals(rest, []);
    assert(seconds >= 1 && seconds < 30, `it took ${seconds} s`);
  }
});

Deno.test("Example 13: the parent answers through the same Pipe", async () => {
  for (const { stdout } of await runBothWays("13_two_way.ts")) {
    assertEquals(linesOf(stdout), [
      '[ 42, null, "hello from child1" ]',
      "data from parent_conn",
    ]);
  }
});

Deno.test("Example 16: under one Lock ten processes print whole lines", async () => {
  const expected = Array.from({ length: 10 }, (_, n) => `hello world ${n}`);
  for (const { stdout } of await runBothWays("16_lock.ts")) {
    assertEquals(linesOf(stdout).sort(), expected);
  }
});

/** Runs a program that must succeed and complain about nothing. */
async function runWell(file: string): Promise<ExampleRun> {
  return wentWell(await runExample(file));
}

async function runBothWays(file: string): Promise<ExampleRun[]> {
  return (await runExampleBothWays(file)).map(wentWell);
}

function wentWell(run: ExampleRun): ExampleRun {
  assertEquals(run.stderr, "");
  assertEquals(run.code, 0);
  return run;
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function urlOf(file: string): string {
  return new URL(`examples/${file}`, ROOT).href;
}
