import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  activeChildren,
  Process,
  type ProcessOptions,
  Thread,
} from "../../process/mod.ts";
import { openFiles } from "../system_files.ts";
import { sharedTest } from "../shared_memory.ts";
import { until } from "../until.ts";

export class Both extends Process {
  override run(): void {}
}

Deno.test("Process.start() refuses a target that no child can have if run() may call it", () => {
  const process = new Both({ target: (() => {}).bind(null), name: "Both-1" });
  assertThrows(
    () => process.start(),
    TypeError,
    "Cannot start Both-1: target is a bound function, whose source cannot be sent",
  );
  assertEquals(process.pid, undefined);
});

sharedTest(
  "probe",
  "Process.isAlive() knows of an end while the event loop stands",
  async () => {
    const process = new Process({ target: () => {} });
    process.start();
    const deadline = Date.now() + 20_000;
    while (process.isAlive() && Date.now() < deadline);
    assert(!process.isAlive());
    assertEquals(activeChildren(), []);
    // Only the event loop tells that.
    assertEquals(process.exitCode, null);
    assertEquals(await process.join(), 0);
  },
);

sharedTest(
  "probe",
  "Process.close() closes what isAlive() says has ended",
  async () => {
    const leaver = new AbortController();
    await using process = new Process({
      signal: leaver.signal,
      target: () => new Promise<void>(() => setInterval(() => {}, 60_000)),
      stdout: "piped",
    });
    process.start();
    assertThrows(() => process.close(), Error, "it is still running");
    process.kill();
    const deadline = Date.now() + 20_000;
    while (process.isAlive() && Date.now() < deadline);
    process.close();
    process.close();
    // Nobody is told of an error that its listener would throw.
    leaver.abort();
    assertEquals(activeChildren(), []);
    await until(() => process.exitCode !== null, "its exit code");
    assertEquals(process.exitCode, -9);
  },
);

Deno.test("Process.close() lets go of output that nobody reads", async () => {
  const round = async () => {
    for (let n = 0; n < 5; n++) {
      const process = new Process({ target: () => {}, stdout: "piped" });
      process.start();
      await process.join();
      process.close();
    }
    // A cancelled stream is closed in the next turn.
    await new Promise((resolve) => setTimeout(resolve));
    return openFiles().length;
  };
  const before = await round();
  assertEquals(await round(), before);
});

Deno.test("Thread that exits with -1 has ended", async () => {
  const thread = new Thread({ target: () => Deno.exit(-1) });
  thread.start();
  assertEquals(await thread.join({ timeout: 20_000 }), 255);
});

Deno.test("Process and Thread refuse options of the wrong kind", () => {
  for (
    const [Child, kind] of [[Process, "process"], [Thread, "thread"]] as const
  ) {
    for (
      const [options, problem] of [
        [{ args: "ab" }, "args is a string, not an array"],
        [{ args: null }, "args is null, not an array"],
        [{ args: [1] }, "args are given, but no target to call with them"],
        [
          { taget() {}, args: [] },
          "args are given, but no target to call with them",
        ],
        [{ name: 5 }, "name is a number, not a string"],
        [{ daemon: "yes" }, "daemon is a string, not true or false"],
        [{ target: 3 }, "target is a number, not a function"],
        [{ target: null }, "target is null, not a function"],
        [
          { permissions: "all" },
          'permissions is none of "inherit", "none" and an object',
        ],
        [
          { permissions: ["read"] },
          'permissions is none of "inherit", "none" and an object',
        ],
        [
          { permissions: { reed: true } },
          "permissions.reed is no permission of Deno",
        ],
        [
          { permissions: { read: "/" } },
          'permissions.read is none of "inherit", a boolean and an array',
        ],
      ]
    ) {
      assertThrows(
        () => Reflect.construct(Child, [options]),
        TypeError,
        `Cannot create ${kind}: ${problem}`,
      );
    }
  }
});

Deno.test("Process refuses surroundings of the wrong kind", () => {
  for (
    const [options, problem] of [
      [{ env: { A: 3 } }, "env.A is a number, not a string"],
      [{ env: { A: undefined } }, "env.A is undefined, not a string"],
      [{ env: ["A=1"] }, "env is an array, not an object"],
      [
        { env: { "": "1" } },
        'env has "", which cannot be the name of a variable',
      ],
      [
        { env: { "A=B": "1" } },
        'env has "A=B", which cannot be the name of a variable',
      ],
      [{ cwd: 3 }, "cwd is a number, not a string or a URL"],
      [
        { stdout: "pipe" },
        'stdout is none of "inherit", "piped" and "null"',
      ],
      [{ stderr: 1 }, 'stderr is none of "inherit", "piped" and "null"'],
    ]
  ) {
    assertThrows(
      () => Reflect.construct(Process, [options]),
      TypeError,
      `Cannot create process: ${problem}`,
    );
  }
});

Deno.test("Process without a target may have args if it overrides run()", () => {
  assertEquals(new Both({ args: [1], name: "b" }).name, "b");
});

Deno.test("Thread refuses what it shares with the program", () => {
  for (
    const [options, what] of [
      [{ env: {} }, "environment"],
      [{ cwd: "/" }, "working directory"],
      [{ stdout: "piped" }, "output"],
      [{ stderr: "null" }, "error output"],
    ] as const
  ) {
    const error = assertThrows(
      () => Reflect.construct(Thread, [options]),
      TypeError,
    );
    assertEquals(
      (error as Error).message,
      `Cannot create thread: ${
        Object.keys(options)[0]
      } is no option of a Thread, which has the ${what} of the program; take a Process`,
    );
  }
  const same: ProcessOptions = {
    env: undefined,
    cwd: undefined,
    stdout: "inherit",
    stderr: "inherit",
  };
  assertEquals(new Thread({ ...same, name: "t" }).name, "t");
});

Deno.test("Process and Thread refuse a name and a daemon of the wrong kind", () => {
  for (const child of [new Process(), new Thread()]) {
    child.name = "c";
    assertThrows(
      () => Reflect.set(child, "name", 5),
      TypeError,
      "Cannot set name of c: it is a number, not a string",
    );
    assertThrows(
      () => Reflect.set(child, "daemon", "no"),
      TypeError,
      "Cannot set daemon of c: it is a string, not true or false",
    );
    assertEquals([child.name, child.daemon], ["c", false]);
  }
});
