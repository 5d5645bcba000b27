// Semaphores between processes and threads, and what becomes of their permits when holders end.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { BoundedSemaphore, Semaphore } from "../../sync/mod.ts";
import {
  alternate,
  inGrandchild,
  keep,
  release,
  start,
  tellKind,
  waitFor,
} from "../fixtures/sync/holders.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

/** Starts a process that takes so many permits, says so, and keeps them. */
function startKeeper(
  semaphore: Semaphore,
  permits: number,
  said: Queue<unknown>,
): Process<never> {
  const args = [semaphore, "acquire", permits, said] as const;
  return start("process", keep, ...args) as Process<never>;
}

Deno.test("Semaphore counts right though many take and give at once", async () => {
  const semaphore = new Semaphore(2);
  const said = new Queue<unknown>();
  const times = IS_FFI_DENIED ? 5_000 : 20_000;
  const children = [
    start("process", alternate, semaphore, times, said),
    start("process", alternate, semaphore, times, said),
    start("thread", alternate, semaphore, times, said),
    start(
      "process",
      inGrandchild,
      "thread",
      "alternate",
      semaphore,
      times,
      said,
    ),
  ];
  for (const _ of children) assertEquals(await said.get(LONG), "done");
  assertEquals(semaphore.value, 2);
  for (const child of children) assertEquals(await child.join(), 0);
});

for (const waiter of ["here", "process", "thread"] as const) {
  for (const form of ["acquire", "acquireSync"] as const) {
    for (const holder of ["process", "thread"] as const) {
      // A thread is terminated by who has started it, so that one must not be blocked.
      if (holder === "thread" && waiter === "here" && form === "acquireSync") {
        continue;
      }
      Deno.test(`Semaphore gives the permits of a ${holder} that is killed to one who waits ${waiter === "here" ? "here" : `in a ${waiter}`} by ${form}()`, async () => {
        const semaphore = new Semaphore(2);
        const said = new Queue<unknown>();
        const child = start(holder, keep, semaphore, form, 2, said);
        assertEquals(await said.get(LONG), "held");
        assertEquals(semaphore.value, 0);
        const other = waiter === "here"
          ? undefined
          : start(waiter, waitFor, semaphore, form, said);
        if (other !== undefined) assertEquals(await said.get(LONG), "waits");
        const waiting = waiter === "here" && form === "acquire"
          ? semaphore.acquire(LONG)
          : undefined;
        const killed = performance.now();
        if (holder === "process") (child as Process<never>).kill();
        else child.terminate();
        if (other !== undefined) assertEquals(await said.get(LONG), true);
        else {
          const guard = await waiting ?? semaphore.acquireSync(LONG);
          assertEquals(guard.abandoned, true);
          guard.release();
        }
        const ms = performance.now() - killed;
        assert(ms < TOLD_MS, `handed on after ${ms} ms`);
        await child.join();
        await other?.join();
        assertEquals(semaphore.value, 2);
        // Two have come back, of which one has been told of.
        assertEquals(semaphore.acquireSync().abandoned, true);
        assertEquals(semaphore.acquireSync().abandoned, false);
      });
    }
  }
}

for (const holder of ["process", "thread"] as const) {
  for (const end of ["return", "throw", "exit"] as const) {
    Deno.test(`Semaphore has its permits back from a ${holder} that ends by ${end}`, async () => {
      const semaphore = new Semaphore(3);
      const said = new Queue<unknown>();
      const child = start(holder, keep, semaphore, "acquire", 3, said, end);
      assertEquals(await said.get(LONG), "held");
      for (let n = 0; n < 3; n++) {
        assertEquals((await semaphore.acquire(LONG)).abandoned, true);
      }
      assertEquals(semaphore.tryAcquire(), undefined);
      await child.join();
    });
  }
}

Deno.test("Semaphore wakes all that can go on after the death of one who held much", async () => {
  const semaphore = new Semaphore(6);
  const said = new Queue<unknown>();
  const child = startKeeper(semaphore, 6, said);
  assertEquals(await said.get(LONG), "held");
  const waiters = (["process", "thread", "process"] as const).map((kind) =>
    start(kind, keep, semaphore, "acquire", 2, said, "return")
  );
  const own = semaphore.acquire();
  child.kill();
  // Those who have it keep it to their end: none of the permits serves two.
  for (const _ of waiters) assertEquals(await said.get(LONG), "held");
  (await own).release();
  for (const each of [child, ...waiters]) await each.join();
  assertEquals(semaphore.value, 6);
});

Deno.test("Semaphore knows the permits of more holders than its cell has room for", async () => {
  const semaphore = new Semaphore(100);
  const said = new Queue<unknown>();
  const children = Array.from(
    { length: 26 },
    () => start("thread", keep, semaphore, "acquire", 3, said),
  );
  for (const _ of children) assertEquals(await said.get(LONG), "held");
  assertEquals(semaphore.value, 22);
  children.slice(0, 10).forEach((child) => child.terminate());
  for (const child of children.slice(0, 10)) await child.join();
  assertEquals(semaphore.value, 52);
  children.forEach((child) => child.terminate());
  for (const child of children) await child.join();
  assertEquals(semaphore.value, 100);
});

Deno.test("Semaphore may be released in another process, and is not so twice", async () => {
  const semaphore = new Semaphore(1);
  const said = new Queue<unknown>();
  const child = startKeeper(semaphore, 1, said);
  assertEquals(await said.get(LONG), "held");
  semaphore.release();
  assertEquals(semaphore.value, 1);
  child.kill();
  await child.join();
  assertEquals(semaphore.value, 1);
  assertEquals(semaphore.acquireSync().abandoned, false);
});

Deno.test("Semaphore that counts signals does not give those of the dead back", async () => {
  const semaphore = new Semaphore(0);
  const said = new Queue<unknown>();
  const child = startKeeper(semaphore, 2, said);
  semaphore.release(3);
  assertEquals(await said.get(LONG), "held");
  child.kill();
  await child.join();
  assertEquals(semaphore.value, 1);
});

Deno.test("BoundedSemaphore is one in other processes, too", async () => {
  const semaphore = new BoundedSemaphore(1);
  const said = new Queue<unknown>();
  const children = [
    start("process", tellKind, semaphore, said),
    start("process", inGrandchild, "process", "tellKind", semaphore, said),
    start("thread", tellKind, semaphore, said),
  ];
  for (const _ of children) assertEquals(await said.get(LONG), true);
  children.push(start("process", tellKind, new Semaphore(1), said));
  assertEquals(await said.get(LONG), false);
  children.push(start("process", release, semaphore, said));
  assertEquals(
    await said.get(LONG),
    "Cannot release semaphore: its value would pass 1",
  );
  // In the place of this one, whose guard has nothing to give then.
  using _guard = semaphore.acquireSync();
  children.push(start("process", release, semaphore, said));
  assertEquals(await said.get(LONG), "released");
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(semaphore.value, 1);
});

Deno.test("BoundedSemaphore has its permits back from the dead", async () => {
  const semaphore = new BoundedSemaphore(2);
  const said = new Queue<unknown>();
  const child = startKeeper(semaphore, 2, said);
  assertEquals(await said.get(LONG), "held");
  child.kill();
  assertEquals((await semaphore.acquire(LONG)).abandoned, true);
  semaphore.release();
  await child.join();
  assertEquals(semaphore.value, 2);
});
