// Reentrant locks between processes and threads, and what becomes of them when holders end.

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { RLock } from "../../sync/mod.ts";
import { checkWaits } from "../contracts/wait_contract.ts";
import {
  alternate,
  inGrandchild,
  keep,
  release,
  start,
  waitFor,
} from "../fixtures/sync/holders.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

Deno.test("RLock is free after many have taken it by turns", async () => {
  const lock = new RLock();
  const said = new Queue<unknown>();
  const times = IS_FFI_DENIED ? 5_000 : 20_000;
  const children = [
    start("process", alternate, lock, times, said),
    start("process", inGrandchild, "thread", "alternate", lock, times, said),
    start("thread", alternate, lock, times, said),
  ];
  for (const _ of children) assertEquals(await said.get(LONG), "done");
  assertEquals(lock.locked, false);
  for (const child of children) assertEquals(await child.join(), 0);
});

for (const kind of ["process", "thread"] as const) {
  Deno.test(`RLock that a ${kind} holds is waited for, and is nobody else's to release`, async () => {
    const lock = new RLock();
    const said = new Queue<unknown>();
    const child = start(kind, keep, lock, "acquire", 2, said);
    assertEquals(await said.get(LONG), "held");
    assertEquals([lock.locked, lock.tryAcquire()], [true, undefined]);
    assertThrows(
      () => lock.release(),
      Error,
      "Cannot release lock: another process or thread holds it",
    );
    await checkWaits({
      doing: "acquire lock",
      wait: (wait) => lock.acquire(wait),
      waitSync: (wait) => lock.acquireSync(wait),
    });
    child.terminate();
    await child.join();
    assertEquals(lock.locked, false);
    assertThrows(
      () => lock.release(),
      Error,
      "Cannot release lock: it is not held",
    );
  });

  Deno.test(`RLock refuses release() in a ${kind} that does not hold it`, async () => {
    const lock = new RLock();
    const said = new Queue<unknown>();
    using _guard = lock.acquireSync();
    const child = start(kind, release, lock, said);
    assertEquals(
      await said.get(LONG),
      "Cannot release lock: another process or thread holds it",
    );
    await child.join();
    assertEquals(lock.locked, true);
  });

  for (const form of ["acquire", "acquireSync"] as const) {
    Deno.test(`RLock is handed on after its last release() to a ${kind} that waits by ${form}()`, async () => {
      const lock = new RLock();
      const said = new Queue<unknown>();
      const guards = [lock.acquireSync(), lock.acquireSync()];
      const child = start(kind, waitFor, lock, form, said);
      assertEquals(await said.get(LONG), "waits");
      guards[0].release();
      assertEquals(lock.locked, true);
      guards[1].release();
      assertEquals(await said.get(LONG), false);
      assertEquals(await child.join(), 0);
    });

    Deno.test(`RLock goes from a ${kind} that is killed to one who waits by ${form}(), and counts anew`, async () => {
      const lock = new RLock();
      const said = new Queue<unknown>();
      const child = start(kind, keep, lock, form, 3, said);
      assertEquals(await said.get(LONG), "held");
      const other = start("process", waitFor, lock, form, said);
      assertEquals(await said.get(LONG), "waits");
      const killed = performance.now();
      if (kind === "process") (child as Process<never>).kill();
      else child.terminate();
      assertEquals(await said.get(LONG), true);
      const ms = performance.now() - killed;
      assert(ms < TOLD_MS, `handed on after ${ms} ms`);
      await child.join();
      await other.join();
      assertEquals(lock.locked, false);
      assertEquals(lock.acquireSync().abandoned, false);
    });
  }
}

Deno.test("RLock that was abandoned says so to all that enter it together", async () => {
  const lock = new RLock();
  const said = new Queue<unknown>();
  const child = start("process", keep, lock, "acquire", 1, said, "return");
  assertEquals(await said.get(LONG), "held");
  const [outer, inner] = await Promise.all([lock.acquire(), lock.acquire()]);
  assertEquals([outer.abandoned, inner.abandoned], [true, true]);
  outer.release();
  inner.release();
  assertEquals((await lock.acquire()).abandoned, false);
  lock.release();
  await child.join();
});

Deno.test("RLock lets all tasks of a thread in once it is its turn", async () => {
  const lock = new RLock();
  const said = new Queue<unknown>();
  const child = start("process", keep, lock, "acquire", 1, said) as Process<
    never
  >;
  assertEquals(await said.get(LONG), "held");
  const waiting = Array.from({ length: 10 }, () => lock.acquire(LONG));
  child.kill();
  const guards = await Promise.all(waiting);
  guards.forEach((guard) => guard.release());
  assertEquals(lock.locked, false);
  await child.join();
});

Deno.test("RLock that is held is not lost with the last handle here", async () => {
  const said = new Queue<unknown>();
  const locks = new Queue<RLock>();
  // What nobody refers to may be collected; a child keeps the lock itself.
  const children = await (async () => {
    const lock = new RLock();
    lock.acquireSync();
    lock.acquireSync();
    await locks.put(lock);
    return [start("process", waitFor, lock, "acquire", said)];
  })();
  assertEquals(await said.get(LONG), "waits");
  await collectGarbage();
  const lock = await locks.get();
  lock.release();
  assertEquals(lock.locked, true);
  lock.release();
  assertEquals(await said.get(LONG), false);
  for (const child of children) await child.join();
});
