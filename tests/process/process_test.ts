// The life of a `Process`: from start() to close().

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  activeChildren,
  fromModule,
  Process,
  type ProcessOptions,
  type Target,
} from "../../process/mod.ts";
import { readSystemFile } from "../system_files.ts";
import { leaveNoProcess } from "./run_fixture.ts";

leaveNoProcess();

const nothing = () => {};
const forever = () => {
  setInterval(() => {}, 1_000);
};

function started<A extends unknown[]>(
  target: Target<A>,
  options: Omit<ProcessOptions<A>, "target"> = {},
) {
  const process = new Process({ target, ...options });
  process.start();
  return process;
}

Deno.test("Process.start() returns with the pid of a process that exists", async () => {
  const process = new Process({ target: forever });
  assertEquals(process.pid, undefined);
  process.start();
  const { pid } = process;
  assert(pid !== undefined && pid > 0);
  assertNotEquals(pid, Deno.pid);
  readSystemFile(`/proc/${pid}/stat`);
  process.terminate();
  await process.join();
  assertEquals(process.pid, pid);
});

Deno.test("Process.join() gives 0 when the target has returned", async () => {
  assertEquals(await started(nothing).join(), 0);
});

Deno.test("Process.join() gives 0 without a target", async () => {
  const process = new Process();
  process.start();
  assertEquals(await process.join(), 0);
});

Deno.test("Process.join() gives the exit code that stands when the promise of the target is fulfilled", async () => {
  const process = started(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    Deno.exitCode = 4;
  });
  assertEquals(await process.join(), 4);
});

Deno.test("Process.join() gives 1 when the target throws", async () => {
  const process = new Process({
    target: () => {
      throw new Error("expected by this test");
    },
    stderr: "null",
  });
  process.start();
  assertEquals(await process.join(), 1);
});

Deno.test("Process.join() gives what the child gave Deno.exit()", async () => {
  const target = (code: number) => Deno.exit(code);
  for (const code of [0, 7, 128, 255]) {
    assertEquals(await started(target, { args: [code] }).join(), code);
  }
});

Deno.test("Process.join() gives -N when signal N has ended it", async () => {
  const terminated = started(forever);
  terminated.terminate();
  assertEquals(await terminated.join(), -15);
  const killed = started(forever);
  killed.kill();
  assertEquals(await killed.join(), -9);
  const interrupted = started(forever);
  interrupted.interrupt();
  assertEquals(await interrupted.join(), -2);
  const hung = started(forever);
  Deno.kill(hung.pid!, "SIGHUP");
  assertEquals(await hung.join(), -1);
});

Deno.test("Process.join() gives the same every time, also to several at once", async () => {
  const process = started(() => Deno.exit(3));
  assertEquals(await Promise.all([process.join(), process.join()]), [3, 3]);
  assertEquals(await process.join(), 3);
  assertEquals(await process.join({ timeout: 0 }), 3);
});

Deno.test("Process.join() before start() is an error", async () => {
  await assertRejects(
    () => new Process({ name: "early" }).join(),
    Error,
    "Cannot join early: it has not started",
  );
});

Deno.test("Process.start() twice is an error, also after its end", async () => {
  const process = new Process({ target: nothing, name: "twice" });
  process.start();
  const message = "Cannot start twice: it has already started";
  assertThrows(() => process.start(), Error, message);
  await process.join();
  assertThrows(() => process.start(), Error, message);
});

Deno.test("Process.terminate(), kill() and interrupt() before start() are errors, after the end nothing", async () => {
  const process = new Process({ target: nothing, name: "p" });
  for (const doing of ["terminate", "kill", "interrupt"] as const) {
    const message = `Cannot ${doing} p: it has not started`;
    assertThrows(() => process[doing](), Error, message);
  }
  process.start();
  await process.join();
  process.terminate();
  process.kill();
  process.interrupt();
  assertEquals(process.exitCode, 0);
});

Deno.test("Process.close() ends all use, and may be called twice", async () => {
  const process = started(nothing, { name: "p" });
  await process.join();
  process.close();
  process.close();
  for (const doing of ["start", "terminate", "kill", "interrupt"] as const) {
    const message = `Cannot ${doing} p: process is closed`;
    assertThrows(() => process[doing](), Error, message);
  }
  await assertRejects(
    () => process.join(),
    Error,
    "Cannot join p: process is closed",
  );
  assertThrows(
    () => process.isAlive(),
    Error,
    "Cannot check p: process is closed",
  );
});

Deno.test("Process.close() of a running process is an error", async () => {
  const process = started(forever, { name: "p" });
  assertThrows(
    () => process.close(),
    Error,
    "Cannot close p: it is still running; join() or terminate() it first",
  );
  process.kill();
  await process.join();
  process.close();
});

Deno.test("Process.exitCode is null and isAlive() true while it runs only", async () => {
  const process = new Process({ target: forever });
  assertEquals([process.exitCode, process.isAlive()], [null, false]);
  process.start();
  assertEquals([process.exitCode, process.isAlive()], [null, true]);
  process.terminate();
  await process.join();
  assertEquals([process.exitCode, process.isAlive()], [-15, false]);
});

Deno.test("Process.name counts, and can be set", () => {
  const first = /^Process-(\d+)$/.exec(new Process().name);
  const second = new Process();
  assertEquals(second.name, `Process-${Number(first?.[1]) + 1}`);
  second.name = "worker";
  assertEquals(second.name, "worker");
  assertEquals(new Process({ name: "given" }).name, "given");
  assertThrows(
    () => second.name = 5 as unknown as string,
    TypeError,
    "Cannot set name of worker: it is a number, not a string",
  );
});

Deno.test("Process.daemon is false, and can be set until it starts", async () => {
  const process = new Process({ target: nothing, name: "p" });
  assertEquals(process.daemon, false);
  process.daemon = true;
  assertEquals(process.daemon, true);
  assertEquals(new Process({ daemon: true }).daemon, true);
  process.start();
  assertThrows(
    () => process.daemon = false,
    Error,
    "Cannot set daemon of p: it has started",
  );
  assertEquals(await process.join(), 0);
});

Deno.test("activeChildren() are those that run", async () => {
  assertEquals(activeChildren(), []);
  const one = started(forever);
  const other = started(forever);
  new Process();
  assertEquals(activeChildren(), [one, other]);
  one.kill();
  await one.join();
  assertEquals(activeChildren(), [other]);
  other.kill();
  await other.join();
  assertEquals(activeChildren(), []);
});

Deno.test("Process.join() in vain is a TimeoutError and changes nothing", async () => {
  const process = started(forever, { name: "Process-1" });
  for (const timeout of [50, 0, -1]) {
    const error = await assertRejects(() => process.join({ timeout }));
    assertInstanceOf(error, DOMException);
    assertEquals(error.name, "TimeoutError");
    assertEquals(
      error.message,
      `Cannot join Process-1: timed out after ${Math.max(0, timeout)} ms`,
    );
  }
  assertEquals([process.isAlive(), process.exitCode], [true, null]);
  process.terminate();
  assertEquals(await process.join({ timeout: 20_000 }), -15);
});

Deno.test("Process.join() aborted rejects with the reason and changes nothing", async () => {
  const process = started(forever);
  const reason = new Error("no more");
  const abort = new AbortController();
  const joined = process.join({ signal: abort.signal });
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => joined), reason);
  assertStrictEquals(
    await assertRejects(() => process.join({ signal: abort.signal })),
    reason,
  );
  assertEquals(process.isAlive(), true);
  process.kill();
  assertEquals(await process.join(), -9);
});

Deno.test("Process.join() with a timeout that is no number is a TypeError", async () => {
  const process = started(nothing);
  for (const [timeout, kind] of [[NaN, "NaN"], ["5", "a string"]]) {
    await assertRejects(
      () => process.join({ timeout: timeout as number }),
      TypeError,
      `Cannot wait: timeout is ${kind}, not a number`,
    );
  }
  await process.join();
});

Deno.test("Process signal terminates it when aborted", async () => {
  const abort = new AbortController();
  const process = started(forever, { signal: abort.signal });
  abort.abort();
  assertEquals(await process.join(), -15);
});

Deno.test("Process.start() throws the reason of a signal that is aborted", () => {
  const reason = new Error("never mind");
  const process = new Process({ signal: AbortSignal.abort(reason) });
  assertStrictEquals(assertThrows(() => process.start()), reason);
  assertEquals([process.pid, process.isAlive()], [undefined, false]);
});

Deno.test("Process signal aborted after the end, or after close(), does nothing", async () => {
  const abort = new AbortController();
  const process = started(nothing, { signal: abort.signal });
  await process.join();
  process.close();
  abort.abort();
  assertEquals(process.exitCode, 0);
});

Deno.test("Process in await using is terminated and closed", async () => {
  let process;
  {
    await using held = started(forever, { name: "p" });
    process = held;
  }
  assertEquals(process.exitCode, -15);
  await assertRejects(() => process.join(), Error, "process is closed");
});

Deno.test("Process in await using may have ended, or never started, or be closed", async () => {
  {
    await using ended = started(nothing);
    await ended.join();
    ended.close();
    await using _never = new Process();
  }
});

Deno.test("Process ends once what its target left to do is done", async () => {
  const process = started(() => {
    setTimeout(() => Deno.exitCode = 6, 20);
  });
  assertEquals(await process.join(), 6);
});

Deno.test("Process.run() calls the target in the caller's process", () => {
  const calls: number[][] = [];
  const process = new Process({
    target: (...args: number[]) => calls.push(args),
    args: [1, 2],
  });
  assertEquals(process.run(), 1);
  assertEquals(calls, [[1, 2]]);
});

Deno.test("Process ends when its threads have ended", async () => {
  const process = started(async (url: string) => {
    const { Thread } = await import(url);
    const thread = new Thread({
      target: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log("thread ends");
      },
    });
    thread.start();
  }, {
    args: [import.meta.resolve("../../process/mod.ts")],
    stdout: "piped",
  });
  const printed = await new Response(process.stdout).text();
  assertEquals([await process.join(), printed], [0, "thread ends\n"]);
});

Deno.test("Process has none of the descriptors of its parent", async () => {
  const files = Array.from({ length: 64 }, () => Deno.openSync("/dev/null"));
  const others = Array.from({ length: 5 }, () => started(forever));
  const process = started(
    fromModule<() => void>(
      new URL("../fixtures/process/open_files.ts", import.meta.url),
      "exitWithOpenFiles",
    ),
  );
  const count = await process.join();
  assert(count < 40, `it has ${count}`);
  for (const file of files) file.close();
  for (const other of others) other.kill();
  await Promise.all(others.map((other) => other.join()));
});
