// Locks between processes and threads, and what becomes of them when their holder ends.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";
import {
  increment,
  inGrandchild,
  keepLock,
  keepLockQuietly,
  start,
  waitForLock,
  waitForLockSync,
} from "../fixtures/messages/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

Deno.test("Lock lets one of many at the number in a file", async () => {
  const lock = new Lock();
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, "0");
    const children = [
      start("process", increment, lock, file, 2_000, "async"),
      start("process", increment, lock, file, 2_000, "sync"),
      start(
        "process",
        inGrandchild,
        "thread",
        "increment",
        lock,
        file,
        2_000,
        "sync",
      ),
      start("thread", increment, lock, file, 2_000, "async"),
    ];
    await increment(lock, file, 500, "async");
    for (const child of children) assertEquals(await child.join(), 0);
    assertEquals(Deno.readTextFileSync(file), "8500");
    assertEquals(lock.locked, false);
  } finally {
    Deno.removeSync(file);
  }
});

for (const waiter of ["here", "process", "thread"] as const) {
  for (const form of ["async", "sync"] as const) {
    for (const holder of ["process", "thread"] as const) {
      // A thread is terminated by who has started it, so that one must not be blocked.
      if (holder === "thread" && waiter === "here" && form === "sync") continue;
      Deno.test(`Lock goes from a ${holder} that is killed to one who waits ${waiter === "here" ? "here" : `in a ${waiter}`}, ${form}`, async () => {
        const lock = new Lock();
        const said = new Queue<unknown>();
        const child = start(holder, keepLock, lock, said, "sleep");
        assertEquals(await said.get(LONG), "held");
        assertEquals([lock.locked, lock.tryAcquire()], [true, undefined]);
        const wait = form === "sync" ? waitForLockSync : waitForLock;
        const other = waiter === "here"
          ? undefined
          : start(waiter, wait, lock, said);
        if (other !== undefined) assertEquals(await said.get(LONG), "waits");
        const waiting = waiter === "here" && form === "async"
          ? lock.acquire(LONG)
          : undefined;
        const killed = performance.now();
        if (holder === "process") (child as Process<never>).kill();
        else child.terminate();
        if (other !== undefined) assertEquals(await said.get(LONG), true);
        else {
          const guard = await waiting ?? lock.acquireSync(LONG);
          assertEquals(guard.abandoned, true);
          guard.release();
        }
        const ms = performance.now() - killed;
        assert(ms < TOLD_MS, `handed on after ${ms} ms`);
        await child.join();
        await other?.join();
        assertEquals(lock.locked, false);
        using guard = lock.acquireSync();
        assertEquals(guard.abandoned, false);
      });
    }
  }
}

for (const holder of ["process", "thread"] as const) {
  for (const end of ["return", "throw", "exit"] as const) {
    Deno.test(`Lock is abandoned by a ${holder} that ends by ${end} and holds it`, async () => {
      const lock = new Lock();
      const said = new Queue<unknown>();
      const child = start(holder, keepLockQuietly, lock, said, end);
      assertEquals(await said.get(LONG), "held");
      const guard = await lock.acquire(LONG);
      assertEquals(guard.abandoned, true);
      guard.release();
      await child.join();
    });
  }
}

Deno.test("Lock of a thread that has ended goes to its starter, though that blocks", async () => {
  const lock = new Lock();
  const said = new Queue<unknown>();
  const child = start("thread", keepLock, lock, said, "return");
  assertEquals(said.getSync(LONG), "held");
  // The event loop does not turn any more: nobody hears that the thread has ended.
  const guard = lock.acquireSync(LONG);
  assertEquals(guard.abandoned, true);
  guard.release();
  await child.join();
});

Deno.test("LockGuard releases nothing that somebody else has acquired", async () => {
  const lock = new Lock();
  const said = new Queue<unknown>();
  const guard = lock.acquireSync();
  lock.release();
  const child = start("process", keepLock, lock, said, "sleep") as Process<
    never
  >;
  assertEquals(await said.get(LONG), "held");
  guard.release();
  assertEquals(lock.locked, true);
  // Anybody may do that, as in Python.
  lock.release();
  assertEquals(lock.locked, false);
  child.kill();
  await child.join();
  assertEquals(lock.acquireSync(LONG).abandoned, false);
});
