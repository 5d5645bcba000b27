// After CPython's _TestProcess: what a process is, from start() to close().

import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import {
  activeChildren,
  authKey,
  cpuCount,
  currentProcess,
  fromModule,
  parentProcess,
  Process,
  Thread,
  threadIdent,
} from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import {
  leaveNothingBehind,
  LONG,
  start,
  startProcess,
  testBoth,
  testProcesses,
} from "./backends.ts";
import { run, runWell } from "./programs.ts";

leaveNothingBehind();

type OpenFiles = typeof import("../fixtures/process/open_files.ts");
const OPEN_FILES = new URL(
  "../fixtures/process/open_files.ts",
  import.meta.url,
);

type Targets = typeof import("../fixtures/conformance/process_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/process_targets.ts",
  import.meta.url,
);

/** Starts a process that does not end by itself. */
const startSleeper = () =>
  startProcess(() => {
    setInterval(() => {}, 1_000);
  });

Deno.test("currentProcess() of a program is alive, no daemon, and has no exit code", () => {
  const current = currentProcess();
  assertEquals(current.isAlive(), true);
  assertEquals(current.daemon, false);
  assertEquals(current.pid, Deno.pid);
  assertEquals(current.exitCode, null);
  assertStrictEquals(currentProcess(), current);
  assertEquals(authKey().length, 32);
});

testProcesses("Process runs the executable of its parent", async () => {
  const queue = new Queue<string>();
  const child = startProcess(
    (queue: Queue<string>) => queue.put(Deno.execPath()),
    queue,
  );
  assertEquals(await queue.get(LONG), Deno.execPath());
  assertEquals(await child.join(), 0);
});

testBoth("args reach a child with their types", async (kind) => {
  const queue = new Queue<unknown[]>({ maxSize: 1 });
  for (const arg of [1, "text", [1], { length: 1, 0: 1 }, new Set([1])]) {
    const child = start(
      kind,
      (queue: Queue<unknown[]>, ...args: unknown[]) => queue.put(args),
      queue,
      arg,
    );
    assertEquals(await queue.get(LONG), [arg]);
    assertEquals(await child.join(), 0);
  }
});

Deno.test("Process.daemon is that of the current process unless it is given", () => {
  assertEquals(new Process().daemon, currentProcess().daemon);
  assertEquals(new Process({ daemon: true }).daemon, true);
  assertEquals(new Process({ daemon: false }).daemon, false);
});

testProcesses(
  "parentProcess() in a child is the one that started it",
  async () => {
    assertEquals(parentProcess(), null);
    const [reader, writer] = new Pipe<unknown>({ duplex: false });
    const child = startProcess(
      fromModule<Targets["sendParent"]>(TARGETS, "sendParent"),
      writer,
    );
    assertEquals(await child.join(), 0);
    const current = currentProcess();
    assertEquals(await reader.recv(LONG), [current.pid, current.name]);
  },
);

testProcesses(
  "parentProcess() tells a grandchild when the child has died",
  async () => {
    const [reader, writer] = new Pipe<string>({ duplex: false });
    const child = startProcess(
      fromModule<Targets["startWatcher"]>(TARGETS, "startWatcher"),
      writer,
    );
    assertEquals(await reader.recv(LONG), "alive");
    child.terminate();
    assertEquals(await child.join(), -15);
    assertEquals(await reader.recv(LONG), "not alive");
  },
);

testBoth(
  "a child is known by name, state and exit code from start to end",
  async (kind) => {
    const queue = new Queue<unknown>({ maxSize: 1 });
    const Child = kind === "process" ? Process : Thread;
    const child = new Child({
      target: fromModule<Targets["tell"]>(TARGETS, "tell"),
      args: [queue, 1, { hello: 23, bye: 2.54 }],
      name: "SomeChild",
      daemon: true,
    });
    const isActive = () => (activeChildren() as unknown[]).includes(child);
    const state = () => [child.isAlive(), child.exitCode, isActive()];
    assertEquals(child.daemon, true);
    assertEquals(state(), [false, null, false]);
    child.start();
    assertEquals(state(), [true, null, kind === "process"]);
    assertEquals(await queue.get(LONG), 1);
    assertEquals(await queue.get(LONG), { hello: 23, bye: 2.54 });
    assertEquals(
      await queue.get(LONG),
      child instanceof Process
        ? ["SomeChild", child.pid, "MainThread"]
        : [currentProcess().name, Deno.pid, "SomeChild"],
    );
    assertEquals(await queue.get(LONG), authKey());
    assertEquals(await child.join(), 0);
    assertEquals(state(), [false, 0, false]);
  },
);

testProcesses(
  "threadIdent() of a child's main thread is not ours",
  async () => {
    const queue = new Queue<number>();
    const child = startProcess(
      fromModule<Targets["putThreadIdent"]>(TARGETS, "putThreadIdent"),
      queue,
    );
    const ident = await queue.get(LONG);
    assertNotEquals(ident, threadIdent());
    await child.join();
  },
);

async function endIt(
  method: "terminate" | "kill" | "interrupt",
  code: number,
) {
  const queue = new Queue<string>();
  const child = startProcess((queue: Queue<string>) => {
    setInterval(() => {}, 1_000);
    return queue.put("runs");
  }, queue);
  assertEquals([child.isAlive(), child.exitCode], [true, null]);
  assertEquals(activeChildren(), [child]);
  for (const timeout of [0, -1]) {
    const error = await assertRejects(
      () => child.join({ timeout }),
      DOMException,
      `Cannot join ${child.name}: timed out after 0 ms`,
    );
    assertEquals(error.name, "TimeoutError");
    assertEquals(child.isAlive(), true);
  }
  await queue.get(LONG);
  child[method]();
  assertEquals(await child.join(LONG), code);
  assertEquals([child.isAlive(), child.exitCode], [false, code]);
  assertEquals(activeChildren(), []);
}

testProcesses(
  "Process.terminate() ends a process that would go on",
  () => endIt("terminate", -15),
);

testProcesses(
  "Process.kill() ends a process that would go on",
  () => endIt("kill", -9),
);

testProcesses(
  "Process.interrupt() ends a process that would go on",
  () => endIt("interrupt", -2),
);

testProcesses(
  "Process.interrupt() is heard by who listens, and throws nothing in others",
  async () => {
    for (
      const [name, code, said] of [
        ["listen", 1, ["tidied up"]],
        ["holdOut", -2, []],
      ] as const
    ) {
      const queue = new Queue<string>();
      const target = fromModule<Targets[typeof name]>(TARGETS, name);
      const child = startProcess(target, queue);
      assertEquals(await queue.get(LONG), "runs");
      child.interrupt();
      assertEquals(await child.join(LONG), code);
      queue.close();
      assertEquals(await Array.fromAsync(queue), said);
    }
  },
);

Deno.test("cpuCount() is a whole number from 1 on", () => {
  assert(Number.isInteger(cpuCount()) && cpuCount() >= 1);
});

testProcesses(
  "activeChildren() has a process from start() to its end",
  async () => {
    assert(Array.isArray(activeChildren()));
    const child = new Process({ target: () => {}, daemon: true });
    assertEquals(activeChildren(), []);
    child.start();
    assertEquals(activeChildren(), [child]);
    await child.join();
    assertEquals(activeChildren(), []);
  },
);

testBoth("a child may start children, and those theirs", async (kind) => {
  const [reader, writer] = new Pipe<number[]>({ duplex: false });
  // The runtime takes a second to start a worker in a worker.
  const [depth, breadth] = kind === "process" ? [2, 2] : [1, 2];
  const child = start(
    kind,
    fromModule<Targets["recurse"]>(TARGETS, "recurse"),
    { kind, depth, breadth, writer },
    [],
  );
  assertEquals(await child.join(), 0);
  writer.close();
  assertEquals(
    await Array.fromAsync(reader),
    kind === "process"
      ? [[], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1]]
      : [[], [0], [1]],
  );
});

testProcesses(
  "Process.close() refuses while it runs, and ends all use of it",
  async () => {
    const queue = new Queue<number>();
    const child = new Process({
      target: async (queue: Queue<number>) => Deno.exit(await queue.get()),
      args: [queue],
      name: "closed",
      daemon: true,
    });
    child.start();
    assertEquals(child.isAlive(), true);
    assertThrows(
      () => child.close(),
      Error,
      "Cannot close closed: it is still running; join() or terminate() it first",
    );
    await queue.put(0);
    assertEquals(await child.join(), 0);
    assertEquals([child.isAlive(), child.exitCode], [false, 0]);
    child.close();
    const text = "closed: process is closed";
    assertThrows(() => child.isAlive(), Error, `Cannot check ${text}`);
    assertThrows(() => child.terminate(), Error, `Cannot terminate ${text}`);
    await assertRejects(() => child.join(), Error, `Cannot join ${text}`);
    child.close();
    const flags = ["--v8-flags=--expose-gc"];
    assertEquals(await runWell("let_go_closed.ts", { flags }), ["let go"]);
  },
);

testProcesses(
  "many processes at once can be joined, and terminated while they start",
  async () => {
    const count = 10;
    const brief = Array.from({ length: count }, () => startProcess(() => {}));
    for (const child of brief) assertEquals(await child.join(LONG), 0);
    const long = Array.from({ length: count }, () => startSleeper());
    for (const child of long) child.terminate();
    for (const child of long) assertEquals(await child.join(LONG), -15);
  },
);

testProcesses(
  "Process does not grow by descriptors when others run",
  async () => {
    const queue = new Queue<string[]>();
    const [go, wait] = new Pipe<void>();
    const putOpenFiles = fromModule<OpenFiles["putOpenFiles"]>(
      OPEN_FILES,
      "putOpenFiles",
    );
    const children = Array.from(
      { length: 5 },
      () => startProcess(putOpenFiles, queue, wait),
    );
    // The runtime opens other files of its own when it likes, and pipes once more for a moment. Who
    // asks another program what is open has sockets to it for a moment.
    const ours = IS_FFI_DENIED ? /^(pipe|\/memfd):/ : /^(pipe|socket|\/memfd):/;
    const listOurs = (links: string[]) =>
      links.filter((it, n) =>
        it.startsWith("/memfd:") || links.indexOf(it) === n
      ).map((it) => ours.exec(it)?.[1] ?? "")
        .filter((kind) => kind !== "").toSorted();
    const first = listOurs(await queue.get(LONG));
    assert(first.length > 0);
    for (const _other of children.slice(1)) {
      assertEquals(listOurs(await queue.get(LONG)), first);
    }
    go.close();
    for (const child of children) assertEquals(await child.join(), 0);
  },
);

testProcesses("Process ends after its threads, except daemons", async () => {
  const queue = new Queue<string>();
  const child = startProcess(
    fromModule<Targets["startThreads"]>(TARGETS, "startThreads"),
    queue,
  );
  assertEquals(await child.join(), 0);
  assertEquals([queue.tryGet(), queue.tryGet()], [
    { ok: true, value: "thread ends" },
    { ok: false },
  ]);
});

testProcesses(
  "Process and Thread that have started hold neither target nor arguments",
  async () => {
    const flags = ["--v8-flags=--expose-gc"];
    for (const [kind, name] of [["process", "Process"], ["thread", "Thread"]]) {
      assertEquals(await runWell(`let_go.ts ${kind}`, { flags }), [
        "5 0",
        "0 held",
        `${name}-1 is here, 0`,
      ]);
    }
  },
);

testProcesses(
  "Process works in a program that has lost its outputs",
  async () => {
    for (const what of ["stdout", "stderr", "console"]) {
      const { code } = await run(`broken_output.ts parent ${what}`);
      assertEquals(code, 5, what);
    }
  },
);

testProcesses("Process that loses its outputs ends well", async () => {
  for (const what of ["stdout", "stderr", "console"]) {
    const { code } = await run(`broken_output.ts child ${what}`);
    assertEquals(code, 5, what);
  }
});

testProcesses(
  "Process without a standard input uses queues and pools of its own",
  async () => {
    assertEquals(await runWell("no_input.ts"), [
      "done 0",
      "0",
      "[",
      "   1,  4,  9, 16,",
      "  25, 36, 49",
      "]",
      "0",
    ]);
  },
);

/** Ends one process by a signal, amid others. */
async function endAmidOthers(signal: Deno.Signal, code: number) {
  const queue = new Queue<string>();
  const go = new Queue<string>();
  const startPassing = () =>
    startProcess(
      async (go: Queue<string>, queue: Queue<string>) =>
        await queue.put(await go.get()),
      go,
      queue,
    );
  const before = startPassing();
  const victim = startSleeper();
  Deno.kill(victim.pid!, signal);
  assertEquals(await victim.join(LONG), code);
  const after = startPassing();
  for (const text of ["one", "other"]) {
    await go.put(text);
    assertEquals(await queue.get(LONG), text);
  }
  assertEquals([await before.join(), await after.join()], [0, 0]);
}

testProcesses(
  "Process ended by SIGINT leaves the others alone, and others can start",
  () => endAmidOthers("SIGINT", -2),
);

testProcesses(
  "Process ended by SIGKILL leaves the others alone, and others can start",
  () => endAmidOthers("SIGKILL", -9),
);
