// The life of a `Thread`: from start() to close().

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Thread, threadIdent } from "../../process/mod.ts";
import { Queue, ThreadQueue } from "../../queue/mod.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { clearedUp } from "./cleared_up.ts";
import { memoryUse } from "./memory_use.ts";
import { leaveNoProcess, runFixture } from "./run_fixture.ts";

leaveNoProcess();

const nothing = () => {};
const forever = async () => {
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};

function started<A extends unknown[]>(
  target: (...args: A) => unknown,
  options: { args?: A; signal?: AbortSignal; name?: string } = {},
) {
  const thread = new Thread({ target, ...options });
  thread.start();
  return thread;
}

Deno.test("Thread.join() gives 0 when the target has returned", async () => {
  assertEquals(await started(nothing).join(), 0);
  assertEquals(await started(async () => await 0).join(), 0);
  const none = new Thread();
  none.start();
  assertEquals(await none.join(), 0);
});

Deno.test("Thread.join() gives what the thread gave Deno.exit(), Deno.exitCode or close()", async () => {
  assertEquals(await started(() => Deno.exit(7)).join(), 7);
  assertEquals(await started(() => Deno.exit()).join(), 0);
  assertEquals(await started(() => self.close()).join(), 0);
  const returning = started(() => {
    Deno.exitCode = 5;
  });
  assertEquals(await returning.join(), 5);
  const closing = started(() => {
    Deno.exitCode = 6;
    self.close();
  });
  assertEquals(await closing.join(), 6);
  const waiting = started(async () => {
    setTimeout(() => self.close(), 5);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
  assertEquals(await waiting.join(), 0);
  const exiting = started(async () => {
    setTimeout(() => Deno.exit(3), 5);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
  assertEquals(await exiting.join(), 3);
});

for (const doing of ["terminate", "kill"] as const) {
  Deno.test(`Thread.${doing}() ends a thread that sleeps`, async () => {
    const thread = started(forever);
    thread[doing]();
    assertEquals(await thread.join({ timeout: 20_000 }), -15);
    assertEquals([thread.exitCode, thread.isAlive()], [-15, false]);
    thread[doing]();
  });
}

Deno.test("Thread.terminate() ends a thread that has long been running", async () => {
  const queue = new ThreadQueue<string>();
  const thread = started(async (queue: ThreadQueue<string>) => {
    await queue.put("runs");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }, { args: [queue] });
  await queue.get({ timeout: 20_000 });
  thread.terminate();
  assertEquals(await thread.join(), -15);
  queue.close();
});

Deno.test("Thread.join() gives the same every time, also to several at once", async () => {
  const thread = started(() => Deno.exit(3));
  assertEquals(await Promise.all([thread.join(), thread.join()]), [3, 3]);
  assertEquals(await thread.join({ timeout: 0 }), 3);
});

Deno.test("Thread methods at the wrong time are errors that say so", async () => {
  const thread = new Thread({ target: nothing, name: "t" });
  await assertRejects(
    () => thread.join(),
    Error,
    "Cannot join t: it has not started",
  );
  for (const doing of ["terminate", "kill"] as const) {
    const message = `Cannot ${doing} t: it has not started`;
    assertThrows(() => thread[doing](), Error, message);
  }
  thread.start();
  assertThrows(
    () => thread.start(),
    Error,
    "Cannot start t: it has already started",
  );
  await thread.join();
  assertThrows(
    () => thread.start(),
    Error,
    "Cannot start t: it has already started",
  );
  thread.close();
  thread.close();
  for (const doing of ["start", "terminate", "kill"] as const) {
    const message = `Cannot ${doing} t: thread is closed`;
    assertThrows(() => thread[doing](), Error, message);
  }
  await assertRejects(
    () => thread.join(),
    Error,
    "Cannot join t: thread is closed",
  );
  assertThrows(
    () => thread.isAlive(),
    Error,
    "Cannot check t: thread is closed",
  );
});

Deno.test("Thread.close() of a running thread is an error", async () => {
  const thread = started(forever, { name: "t" });
  assertThrows(
    () => thread.close(),
    Error,
    "Cannot close t: it is still running; join() or terminate() it first",
  );
  thread.terminate();
  await thread.join();
  thread.close();
});

Deno.test("Thread.exitCode is null and isAlive() true while it runs only", async () => {
  const thread = new Thread({ target: forever });
  assertEquals([thread.exitCode, thread.isAlive()], [null, false]);
  thread.start();
  assertEquals([thread.exitCode, thread.isAlive()], [null, true]);
  thread.terminate();
  await thread.join();
  assertEquals([thread.exitCode, thread.isAlive()], [-15, false]);
});

Deno.test("Thread.name counts and Thread.daemon is false; both can be set", async () => {
  const first = /^Thread-(\d+)$/.exec(new Thread().name);
  const thread = new Thread({ target: nothing });
  assertEquals(thread.name, `Thread-${Number(first?.[1]) + 1}`);
  thread.name = "worker";
  assertEquals(thread.name, "worker");
  assertEquals(thread.daemon, false);
  thread.daemon = true;
  thread.start();
  assertThrows(
    () => thread.daemon = false,
    Error,
    "Cannot set daemon of worker: it has started",
  );
  assertEquals(await thread.join(), 0);
});

Deno.test("Thread.ident is unique, and what threadIdent() is in the thread", async () => {
  const queue = new ThreadQueue<number>();
  const threads = Array.from(
    { length: 5 },
    () =>
      started(async (queue: ThreadQueue<number>, url: string) => {
        const { threadIdent } = await import(url);
        await queue.put(threadIdent());
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      }, {
        args: [queue, import.meta.resolve("../../process/mod.ts")],
      }),
  );
  const told: unknown[] = [];
  while (told.length < threads.length) {
    told.push(await queue.get({ timeout: 20_000 }));
  }
  const idents = threads.map(({ ident }) => ident);
  assertEquals(told.toSorted(), idents.toSorted());
  assertEquals(new Set([...idents, threadIdent()]).size, 6);
  threads.forEach((thread) => thread.terminate());
  await Promise.all(threads.map((thread) => thread.join()));
  assertEquals(new Thread().ident, undefined);
  queue.close();
});

Deno.test("Thread.join() in vain is a TimeoutError and changes nothing", async () => {
  const thread = started(forever, { name: "Thread-1" });
  for (const timeout of [50, 0]) {
    const error = await assertRejects(() => thread.join({ timeout }));
    assertInstanceOf(error, DOMException);
    assertEquals(error.name, "TimeoutError");
    assertEquals(
      error.message,
      `Cannot join Thread-1: timed out after ${timeout} ms`,
    );
  }
  assertEquals([thread.isAlive(), thread.exitCode], [true, null]);
  const reason = new Error("no more");
  assertStrictEquals(
    await assertRejects(() =>
      thread.join({ signal: AbortSignal.abort(reason) })
    ),
    reason,
  );
  thread.terminate();
  assertEquals(await thread.join({ timeout: 20_000 }), -15);
});

Deno.test("Thread signal terminates it when aborted, and start() throws its reason", async () => {
  const abort = new AbortController();
  const thread = started(forever, { signal: abort.signal });
  const reason = new Error("never mind");
  abort.abort(reason);
  assertEquals(await thread.join(), -15);
  const late = new Thread({ signal: abort.signal });
  assertStrictEquals(assertThrows(() => late.start()), reason);
  assertEquals(late.isAlive(), false);
});

Deno.test("Thread in await using is terminated and closed", async () => {
  let thread;
  {
    await using held = started(forever);
    thread = held;
  }
  assertEquals(thread.exitCode, -15);
  await assertRejects(() => thread.join(), Error, "thread is closed");
});

Deno.test("Thread works while the main thread blocks", async () => {
  for (const queue of [new ThreadQueue<number>(), new Queue<number>()]) {
    const thread = started(
      async (queue: Queue<number> | ThreadQueue<number>) => {
        for (let n = 1; n <= 3; n++) await queue.put(n);
      },
      { args: [queue] },
    );
    assertEquals([queue.getSync(), queue.getSync(), queue.getSync()], [
      1,
      2,
      3,
    ]);
    assertEquals(await thread.join(), 0);
    queue.close();
  }
});

Deno.test("Thread: forty at once, and nothing is left of them", async () => {
  const queue = new ThreadQueue<number>();
  await clearedUp();
  await collectGarbage();
  const before = memoryUse("thread");
  const threads = Array.from(
    { length: 40 },
    (_, n) =>
      started(
        (queue: ThreadQueue<number>, n: number) => queue.put(n),
        { args: [queue, n] },
      ),
  );
  const got = new Set<number>();
  while (got.size < threads.length) {
    got.add(await queue.get({ timeout: 20_000 }));
  }
  const codes = await Promise.all(threads.map((thread) => thread.join()));
  assertEquals(codes, threads.map(() => 0));
  assertEquals(memoryUse("thread").slots, before.slots);
  assertEquals(memoryUse("thread").cells, before.cells);
  queue.close();
});

Deno.test("Thread in a process, a process in a thread, and so on", async () => {
  const queue = new Queue<string>();
  const url = import.meta.resolve("../../process/mod.ts");
  const nest = async (
    self: string,
    depth: number,
    path: string,
    queue: Queue<string>,
    url: string,
  ) => {
    const { Process, Thread } = await import(url);
    await queue.put(path);
    if (depth === 0) return;
    const Child = depth % 2 === 0 ? Process : Thread;
    const step = depth % 2 === 0 ? "process" : "thread";
    const child = new Child({
      target: (0, eval)(`(${self})`),
      args: [self, depth - 1, `${path} ${step}`, queue, url],
    });
    child.start();
    const code = await child.join();
    if (code !== 0) Deno.exit(code);
  };
  const thread = new Thread({
    target: nest,
    args: [nest.toString(), 4, "thread", queue, url],
  });
  thread.start();
  assertEquals(await thread.join(), 0);
  const paths: string[] = [];
  while (!queue.isEmpty()) paths.push(await queue.get({ timeout: 20_000 }));
  assertEquals(paths, [
    "thread",
    "thread process",
    "thread process thread",
    "thread process thread process",
    "thread process thread process thread",
  ]);
  queue.close();
});

Deno.test("Thread ends when its processes and threads have, except daemons", async () => {
  const queue = new Queue<string>();
  await clearedUp();
  const before = memoryUse("thread").slots;
  const thread = started(async (queue: Queue<string>, url: string) => {
    const { Process, Thread } = await import(url);
    for (const Kind of [Process, Thread]) {
      const child = new Kind({
        target: async (queue: Queue<string>, name: string) => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          await queue.put(name);
        },
        args: [queue, Kind.name],
        daemon: false,
      });
      child.start();
      const daemon = new Kind({
        target: () => new Promise((resolve) => setTimeout(resolve, 600_000)),
        daemon: true,
      });
      daemon.start();
    }
  }, { args: [queue, import.meta.resolve("../../process/mod.ts")] });
  // leaveNoProcess() looks after the daemon.
  assertEquals(await thread.join(), 0);
  const got = [
    await queue.get({ timeout: 20_000 }),
    await queue.get({ timeout: 20_000 }),
  ];
  assertEquals(got.toSorted(), ["Process", "Thread"]);
  await clearedUp();
  assertEquals(memoryUse("thread").slots, before);
  queue.close();
});

Deno.test("Thread keeps the program alive unless it is a daemon", async () => {
  const kept = await runFixture("threads.ts non-daemon");
  assertEquals([kept.code, kept.stdout], [0, "thread runs\nthread ends\n"]);
  const ended = await runFixture("threads.ts daemon");
  assertEquals([ended.code, ended.stdout], [0, "thread runs\n"]);
  assert(ended.seconds < 20);
});

Deno.test("Thread.join() of a daemon keeps the program alive", async () => {
  const { code, stdout } = await runFixture("threads.ts joined-daemon");
  assertEquals([code, stdout], [
    0,
    "thread runs\nthread ends\nexit code: 0\n",
  ]);
});

Deno.test("Thread that fails lets the program go on", async () => {
  for (const how of ["throws", "rejects"]) {
    const { code, stdout, stderr } = await runFixture(`threads.ts ${how}`);
    assertEquals([code, stdout], [0, "exit code: 1\nmain goes on\n"]);
    assertEquals(stderr.match(/expected by this test/g)?.length, 1);
  }
});
