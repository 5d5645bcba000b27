// Whole programs that have pools: when they end, and what they leave.

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type FixtureOptions,
  leaveNoProcess,
  runFixture,
  startFixture,
} from "../process/run_fixture.ts";

leaveNoProcess();

const KINDS = ["Pool", "ThreadPool"] as const;

async function run(command: string, options?: FixtureOptions) {
  return await runFixture(`../pool/programs.ts ${command}`, options);
}

async function runWell(command: string): Promise<string[]> {
  const { code, stdout, stderr } = await run(command);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

for (const kind of KINDS) {
  Deno.test(`${kind} lets a program end that waits for nothing, and ends with it`, async () => {
    const { code, stdout, stderr, seconds } = await run(`submits ${kind}`);
    assertEquals([code, stdout, stderr], [0, "end\n", ""]);
    // The tasks take twenty.
    assert(seconds < 10, `${seconds} s`);
  });

  Deno.test(`${kind} whose workers are up lets a program end that waits for nothing`, async () => {
    const { code, stdout, stderr } = await run(`submitsLate ${kind}`);
    assertEquals([code, stdout, stderr], [0, "[ 1, 4, 9 ]\nend\n", ""]);
  });

  Deno.test(`${kind} throws errors of the main module's classes though that awaits`, async () => {
    assertEquals(await runWell(`throws ${kind}`), [
      "true true",
      "OddError 3 is odd",
    ]);
  });

  Deno.test(`${kind} throws errors of functions of the main module that are named though that awaits`, async () => {
    assertEquals(await runWell(`throwsNamed ${kind}`), [
      "true OddError",
      "false TypeError",
    ]);
  });

  Deno.test(`${kind}.join() keeps the program alive until all is done`, async () => {
    const lines = await runWell(`joins ${kind}`);
    assertEquals(lines[0], "end");
    assertEquals(
      lines.slice(1, 5).sort(),
      [0, 1, 4, 9].map((n) => `squared ${n}`),
    );
    assertEquals(lines[5], "joined");
  });

  Deno.test(`${kind}.join() that gives up keeps the program alive no longer`, async () => {
    assertEquals(await runWell(`joinsInVain ${kind}`), [
      "TimeoutError",
      "joined",
      "TimeoutError",
      "end",
    ]);
  });

  Deno.test(`${kind} keeps the program alive only for what it waits for`, async () => {
    assertEquals(await runWell(`waits ${kind}`), ["81"]);
    assertEquals(await runWell(`asksForNothing ${kind}`), ["end"]);
  });

  Deno.test(`${kind} can be used in a task of another pool`, async () => {
    assertEquals(await runWell(`nested ${kind}`), ["[ [ 1, 4 ], [ 9 ], [] ]"]);
  });

  Deno.test(`${kind} is gone with the program that is killed, and what its workers have started`, async () => {
    // A worker that is just starting looks after its parent once it is up.
    for (const mode of ["killed", "killedAtStart"]) {
      await using program = startFixture(`../pool/programs.ts ${mode} ${kind}`);
      await program.printed("busy");
      if (mode === "killed") assert(program.processes().length >= 5);
      program.signal("SIGKILL");
      assertEquals((await program.ended()).signal, "SIGKILL");
    }
  });

  Deno.test(`${kind} shows how far it is on stderr, a line for each job where there is no terminal`, async () => {
    const { code, stdout, stderr } = await run(`progress ${kind}`);
    assertEquals([code, stdout], [0, ""]);
    const [mapped, streamed, ...rest] = stderr.split("\n");
    assertMatch(mapped, /^█{30} 100 % {2}4\/4, \d+\/s, \d+\.\d s$/);
    assertMatch(streamed, /^█{30} 100 % {2}3\/3, \d+\/s, \d+\.\d s$/);
    assertEquals(rest, [""]);
  });

  Deno.test(`${kind} goes on where nobody can be shown how far it is`, async () => {
    assertEquals(await runWell(`progressToNobody ${kind}`), [
      "[ 1, 4, 9 ]",
      "[ 1, 4, 9 ]",
      "16",
    ]);
  });

  Deno.test(`${kind} says what to do where there is no main guard`, async () => {
    const { code, stderr, stdout } = await runFixture(
      `../pool/unguarded.ts ${kind}`,
    );
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /still importing its modules/);
    assertMatch(stderr, /if \(import\.meta\.main\)/);
  });

  Deno.test(`${kind} without a main guard ends soon, however late it is made`, async () => {
    const { code, stderr, stdout } = await runFixture(
      `../pool/unguarded_later.ts ${kind}`,
    );
    // In the program, in its worker, and in vain in the worker of that.
    assertEquals(stdout, "makes a pool\n".repeat(3));
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /Cannot start PoolWorker-\d+: no target or task does so, but a module that PoolWorker-\d+ has imported, as in its parent/,
    );
    assertMatch(stderr, /WorkerDiedError/);
  });

  Deno.test(`${kind} swallows no error of a callback`, async () => {
    for (const mode of ["throwingCallback", "throwingProgress"]) {
      const { code, stderr } = await run(`${mode} ${kind}`);
      assertEquals(code, 1);
      assertMatch(stderr, /in the callback/);
    }
  });
}

Deno.test("Pool is gone with the process that has it", async () => {
  assertEquals(await runWell("parentOfKilled"), ["busy", "-9"]);
});

Deno.test("Pool says what it needs where processes can share nothing", async () => {
  const { code, stderr } = await run("joins Pool", {
    permissions: ["--allow-read", "--allow-run", "--allow-env", "--allow-sys"],
  });
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /Cannot start PoolWorker-1: processes share objects over a socket here, which needs --allow-net=127\.0\.0\.1, or else --allow-ffi/,
  );
});

Deno.test("ThreadPool needs to read its modules, and nothing else", async () => {
  const { code, stdout, stderr } = await run("joins ThreadPool", {
    permissions: ["--allow-read"],
  });
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /joined\n$/);
});
