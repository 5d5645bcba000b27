// Who keeps a program alive, and who ends with it.

import { assertEquals, assertMatch } from "@std/assert";
import type { ProgramRun } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";
import { listSystemFolder, readSystemFile } from "../system_files.ts";
import { until } from "../until.ts";
import {
  type FixtureOptions,
  leaveNoProcess,
  runFixture,
  startFixture,
} from "./run_fixture.ts";

leaveNoProcess();

/** A daemon ends within a second of its program, as is promised; more is for a machine that is busy. */
const IN_TIME: FixtureOptions = { grace: 3_000 };

/** Tells a program that its daemon runs. */
const GO_ON = "SIGUSR2";

/** Whether a process may have a child. */
function hasChild(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  return listSystemFolder(threads).some((thread) => {
    try {
      return readSystemFile(`${threads}/${thread}/children`).trim() !== "";
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      // It has ended since, and its children are another thread's by now.
      return true;
    }
  });
}

/** Starts a program, and sends it a signal once its daemon runs. */
async function runUntil(
  command: string,
  signal: Deno.Signal,
): Promise<ProgramRun> {
  await using program = startFixture(command, IN_TIME);
  await program.printed("daemon runs");
  program.signal(signal);
  return await program.ended();
}

/** Starts a program, and ends it by a signal once its daemon runs. */
async function end(command: string, by: Deno.Signal): Promise<void> {
  const { signal } = await runUntil(command, by);
  assertEquals(signal, by);
}

/** Starts a program, and lets it end in its way once its daemon runs. */
async function letEnd(command: string): Promise<ProgramRun> {
  return await runUntil(command, GO_ON);
}

for (const what of ["wait", "compute"]) {
  const testStopped = (name: string, run: () => Promise<void>) =>
    what === "wait" ? Deno.test(name, run) : sharedTest("daemon", name, run);

  Deno.test(`Process daemon that ${what}s ends when its parent returns`, async () => {
    const { code } = await letEnd(`daemon.ts returns ${what}`);
    assertEquals(code, 0);
  });

  Deno.test(`Process daemon that ${what}s ends when its parent calls Deno.exit()`, async () => {
    const { code } = await letEnd(`daemon.ts exits ${what}`);
    assertEquals(code, 5);
  });

  testStopped(
    `Process daemon that ${what}s ends when its parent throws`,
    async () => {
      const { code, stderr } = await letEnd(`daemon.ts throws ${what}`);
      assertEquals(code, 1);
      assertMatch(stderr, /Uncaught.*expected by this test/);
    },
  );

  testStopped(
    `Process daemon that ${what}s ends when its parent is killed`,
    () => end(`daemon.ts killed ${what}`, "SIGKILL"),
  );

  testStopped(
    `Process daemon that ${what}s ends when its parent is terminated`,
    () => end(`daemon.ts killed ${what}`, "SIGTERM"),
  );
}

for (const what of ["wait", "compute"]) {
  const testThread = (name: string, run: () => Promise<void>) =>
    what === "wait" ? Deno.test(name, run) : sharedTest("daemon", name, run);

  for (const by of ["SIGKILL", "SIGTERM"] as const) {
    testThread(
      `Process daemon that ${what}s and that a thread has started ends when its parent gets ${by}`,
      () => end(`daemon.ts killed-with-thread ${what}`, by),
    );
  }

  for (const [how, code] of [["returns", 0], ["exits", 5], ["throws", 1]]) {
    testThread(
      `Process daemon that ${what}s and that a thread has started ends when its parent ${how}`,
      async () => {
        const run = await letEnd(`daemon.ts ${how}-with-thread ${what}`);
        assertEquals(run.code, code);
      },
    );
  }

  sharedTest(
    "thread",
    `Process daemon that ${what}s and that a thread has started ends with that thread`,
    async () => {
      await using program = startFixture(
        `daemon.ts terminated-with-thread ${what}`,
        IN_TIME,
      );
      await program.printed("daemon runs");
      program.signal(GO_ON);
      await program.printed("thread has ended");
      await until(() => !hasChild(program.pid), "its daemon has ended");
      program.signal("SIGKILL");
      await program.ended();
    },
  );
}

Deno.test("Process daemon without shared memory ends when its parent is killed", async () => {
  await end("daemon.ts killed wait none", "SIGKILL");
});

Deno.test("Process daemon without shared memory ends by itself when it is done", async () => {
  const { stdout } = await runFixture("daemon.ts joins briefly none", IN_TIME);
  assertEquals(stdout, "daemon runs\ndaemon ends\nexit code: 0\n");
});

Deno.test("Process daemon ends when its parent ends at once", async () => {
  const { code } = await runFixture("daemon.ts at-once", IN_TIME);
  assertEquals(code, 0);
});

Deno.test("Process that is no daemon keeps the program alive", async () => {
  const { stdout, code } = await runFixture("daemon.ts non-daemon briefly");
  assertEquals([stdout, code], ["daemon runs\ndaemon ends\n", 0]);
});

Deno.test("Process.join() of a daemon keeps the program alive", async () => {
  const { stdout } = await runFixture("daemon.ts joins briefly");
  assertEquals(stdout, "daemon runs\ndaemon ends\nexit code: 0\n");
});

Deno.test("Process.join() of a daemon in vain lets the program end", async () => {
  const { code } = await runFixture("daemon.ts joins-in-vain wait", IN_TIME);
  assertEquals(code, 0);
});

Deno.test("Process daemon may not start processes", async () => {
  const { stdout, stderr } = await runFixture("daemon.ts joins startMore");
  assertEquals(stdout, "true\nexit code: 1\n");
  assertMatch(
    stderr,
    /^Process daemon:\nError: Cannot start more: daemon is a daemon, and daemons may not start processes\n/,
  );
});

for (
  const [what, name] of [["Pool", "PoolWorker-1"], ["Manager", "Manager-1"]]
) {
  Deno.test(`${what} is not to be had in a daemon`, async () => {
    const { stdout, stderr } = await runFixture(`daemon.ts joins make${what}`);
    assertEquals(stdout, "exit code: 1\n");
    assertMatch(
      stderr,
      new RegExp(
        `^Process daemon:\nError: Cannot start ${name}: daemon is a daemon, and daemons may not start processes\n`,
      ),
    );
  });
}

Deno.test("currentProcess().daemon is true in a daemon, and is the default there", async () => {
  const { stdout } = await runFixture("daemon.ts joins describe");
  assertEquals(stdout, "daemon true inherits true\nexit code: 0\n");
});

sharedTest(
  "daemon",
  "a process that comes up while its parent ends says nothing",
  async () => {
    const { code, stdout, stderr } = await runFixture("late_child.ts ends");
    assertEquals([code, stdout, stderr], [0, "", ""]);
  },
);

sharedTest(
  "daemon",
  "a process that cannot open the memory of its parent says so",
  async () => {
    const { stdout, stderr } = await runFixture("late_child.ts waits");
    assertEquals(stdout, "exit code 1\n");
    assertMatch(
      stderr,
      /Cannot open shared memory: process \d+ has ended or belongs to another user/,
    );
  },
);
