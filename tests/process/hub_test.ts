// Processes that share no memory: without --allow-ffi, or told to use a hub.

import { assertEquals, assertMatch } from "@std/assert";
import { testUnless } from "../left_out.ts";
import {
  type ProgramOptions,
  RunningProgram,
  runProgram,
} from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";

const FIXTURES = new URL("../fixtures/hub/", import.meta.url);
const WITHOUT_FFI = ["--allow-all", "--deny-ffi"];

async function run(
  fixture: string,
  args: string[] = [],
  flags = WITHOUT_FFI,
  options?: ProgramOptions,
) {
  const { code, stdout, stderr } = await runProgram(
    `${fixture} ${args}`,
    ["run", "--no-prompt", "--no-check", ...flags, path(fixture), ...args],
    options,
  );
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

function path(fixture: string): string {
  return new URL(fixture, FIXTURES).pathname;
}

const EVERYTHING = [
  "backend hub true",
  "same true of the child",
  "own false true 1",
  "thread 0",
  "grandchild from the grandchild 0",
  "lock false true undefined",
  "permits 1",
  "wait 1",
  "waitSync 1",
  "action of the barrier",
  "bye",
  "from a thread of the child, 1 item, hub",
  "TypeError: Cannot send message: this SharedArray is bytes that every process must map, which needs Linux and --allow-ffi; use a Manager, or send a copy",
  "exit code 0",
].sort();

Deno.test("Process without --allow-ffi, its threads and its children share every kind of object", async () => {
  const lines = await run("everything.ts");
  // What two processes print has no order.
  assertEquals(lines.sort(), EVERYTHING);
});

Deno.test("Process.start() says each time why its hub could not start", async () => {
  const why =
    'Cannot listen at 127.0.0.1:0: Requires net access to "127.0.0.1:0", run again with the --allow-net flag';
  const flags = [
    "--allow-read",
    "--allow-run",
    "--allow-env",
    "--allow-net=127.0.0.1",
    "--deny-net=127.0.0.1:0",
  ];
  assertEquals(await run("cannot_listen.ts", [], flags), [
    `Cannot start Process-1: ${why}`,
    `Cannot start Process-2: ${why}`,
  ]);
});

Deno.test("Thread.start() has the hub expect nobody where there is no place for one more", async () => {
  assertEquals(await run("no_place.ts"), [
    "RangeError: Cannot start: 1024 processes and threads already run in this program",
    "nobody is expected",
    "exit code 0",
  ]);
});

Deno.test("A thread of a client of a hub may be the first to ask for what that has handed on", async () => {
  assertEquals(await run("hands_on.ts"), ["taken", "0", "0"]);
});

const FOR_THREADS =
  "a ThreadQueue is for the threads of one process; use Queue to reach another process";

Deno.test("Queue and pipe that a process has refuse what is for threads only, with its path", async () => {
  assertEquals(await run("thread_only.ts"), [
    "queue sent",
    "pipe sent",
    `queue TypeError: Cannot send message: ${FOR_THREADS}`,
    "queue TypeError: Cannot send message[0]: this SharedArray is bytes that every process must map, which needs Linux and --allow-ffi; use a Manager, or send a copy",
    "queue TypeError: Cannot send message: a function cannot be sent to another process",
    `pipe TypeError: Cannot send message: ${FOR_THREADS}`,
    "queue sent",
    "Queue",
    `results TypeError: Cannot send message: ${FOR_THREADS}`,
    "0",
  ]);
});

Deno.test("Processes at a hub that end with their program do not say that it has ended", async () => {
  const { code, stderr } = await runProgram("fails.ts", [
    "run",
    "--no-prompt",
    "--no-check",
    ...WITHOUT_FFI,
    path("fails.ts"),
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /the program has failed/);
  assertEquals(stderr.includes("Process"), false, stderr);
});

Deno.test("Processes that start at a hub while their program fails do not say that it has ended", async () => {
  const runs = await Promise.all(
    [60, 120, 180, 240].map((ms) =>
      runProgram(`fails_early.ts ${ms}`, [
        "run",
        "--no-prompt",
        "--no-check",
        ...WITHOUT_FFI,
        path("fails_early.ts"),
        `${ms}`,
      ])
    ),
  );
  for (const { code, stderr } of runs) {
    assertEquals(code, 1);
    assertMatch(stderr, /the program has failed/);
    assertEquals(stderr.includes("Process"), false, stderr);
  }
});

sharedTest(
  "twice",
  "MULTIPROCESSING_BACKEND=hub does the same where there is shared memory",
  async () => {
    const lines = await run("everything.ts", [], ["--allow-all"], {
      env: { MULTIPROCESSING_BACKEND: "hub" },
    });
    assertEquals(lines.sort(), EVERYTHING);
  },
);

Deno.test("MULTIPROCESSING_BACKEND names one of the two", async () => {
  const { code, stderr } = await runProgram("another backend", [
    "eval",
    `import { Lock } from ${JSON.stringify(SYNC)}; new Lock();`,
  ], { env: { MULTIPROCESSING_BACKEND: "magic", NO_COLOR: "1" } });
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /TypeError: Cannot choose backend: MULTIPROCESSING_BACKEND is magic, neither shared nor hub/,
  );
});

const SYNC = new URL("../../sync/mod.ts", import.meta.url).href;

const IN_TIME = "in time true";

const DEATHS: Record<string, string[]> = {
  lock: ["abandoned true true", IN_TIME],
  threadsLock: ["abandoned true true", IN_TIME],
  get: ["not lost"],
  tasks: [IN_TIME],
  pipe: [
    "EndOfStreamError: Cannot receive from connection: the other end is closed",
    IN_TIME,
  ],
  barrier: [
    "BrokenBarrierError: Cannot wait at barrier: barrier is broken as a party has died",
    IN_TIME,
  ],
};

for (const [role, expected] of Object.entries(DEATHS)) {
  Deno.test(`Process that is killed leaves to others what it had of a ${role} at a hub`, async () => {
    assertEquals(await run("deaths.ts", [role]), expected);
  });
}

Deno.test("Barrier at a hub misses no thread of a process that has ended well", async () => {
  assertEquals(await run("threads.ts", ["holders"]), [
    "exit code 0, broken false",
    "exit code 3, broken true",
    "exit code 0",
  ]);
});

testUnless(
  Deno.build.os === "windows" ? "no signal stops a program there" : undefined,
  "Thread.join() comes after the hub has all that the thread has put",
  async () => {
    assertEquals(await run("threads.ts", ["putter"]), [
      "joined while the hub is stopped false",
      "size 50",
      "exit code 0",
    ]);
  },
);

Deno.test("Processes leave nothing in the memory of their host, however they end", async () => {
  assertEquals(await run("leaves_nothing.ts"), [
    "return false",
    "return false",
    "kill true",
    "exit true",
    "cells true",
    "units true",
    "participants true",
  ]);
});

const ENDED = "the hub of this program has ended";

for (
  const [role, expected] of [
    ["hub", [
      "waiting",
      `Error: Cannot call Queue.get(): ${ENDED}`,
      `Error: Cannot call Lock.acquire(): ${ENDED}`,
      `EndOfStreamError: Cannot call Connection.recv(): ${ENDED}`,
      `Error: Cannot call Queue.put(): ${ENDED}`,
      `BrokenPipeError: Cannot call Connection.send(): ${ENDED}`,
      `EndOfStreamError: Cannot call Connection.poll(): ${ENDED}`,
      `Error: Cannot call Queue.tryGet(): ${ENDED}`,
      "told in time true",
    ]],
    ["hubBlocked", [
      "waiting 0",
      `Error: Cannot call Queue.getSync(): ${ENDED}`,
    ]],
  ] as const
) {
  Deno.test(`Process whose ${role} is killed is told, whatever it waits for`, async () => {
    await using program = new RunningProgram(
      role,
      ["run", "--no-check", ...WITHOUT_FFI, path("deaths.ts"), role],
    );
    await program.printed("waiting");
    program.signal("SIGKILL");
    const { stdout } = await program.ended();
    assertEquals(stdout.trim().split("\n"), expected);
  });
}

Deno.test("Manager whose hub is killed ends, and those who ask it are told", async () => {
  await using program = new RunningProgram(
    "managed.ts hub",
    ["run", "--no-check", ...WITHOUT_FFI, path("managed.ts"), "hub"],
    { timeout: 120 },
  );
  await program.printed("waiting");
  program.signal("SIGKILL");
  const { stdout } = await program.ended();
  const cannot = (what: string) =>
    `Error: Cannot call ${what}: the manager Manager-1 (pid N) cannot be reached: ${ENDED}`;
  assertEquals(stdout.trim().replaceAll(/pid \d+/g, "pid N").split("\n"), [
    "waiting",
    cannot("get() of QueueProxy"),
    cannot("acquire() of LockProxy"),
    cannot("put() of QueueProxy"),
    "told in time true",
  ]);
});

Deno.test("Manager that was made by a client of a hub serves others, and ends with it", async () => {
  assertEquals(
    await run("managed.ts", ["maker"], WITHOUT_FFI, { timeout: 120 }),
    [
      "prompt 4",
      "[ 1, 2, 3, 4 ]",
      "Error: Cannot call push() of ListProxy: the manager Made (pid N) has ended",
      IN_TIME,
    ],
  );
});

Deno.test("Manager that was made by a thread at a hub ends with it, and those who ask are told", async () => {
  const told =
    "Error: Cannot call modify() of ListProxy: the manager Made (pid N) has ended";
  assertEquals(await run("managed.ts", ["thread"]), [
    told,
    told.replace("modify", "length"),
    IN_TIME,
  ]);
});

Deno.test("Pool of a client of a hub does its tasks, whoever of its workers dies", async () => {
  assertEquals(
    await run("managed.ts", ["pool"], WITHOUT_FFI, { timeout: 120 }),
    [
      "40425",
      "from a worker",
      "WorkerDiedError",
      "before the end",
      "[ 49, 64 ]",
      "TimeoutError",
      "exit code 0",
    ],
  );
});
