import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Lock, LockGuard } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { checkWaits } from "./wait_contract.ts";

const NOT_HELD = "Cannot release lock: it is not held";

/** What a lock does on every kind of memory. */
export function testLock(name: string, create: () => Lock): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("is held by one at a time, in every form", async () => {
    const lock = create();
    assertEquals(lock.locked, false);
    for (
      const acquire of [
        () => lock.acquire(),
        () => lock.acquireSync(),
        () => lock.tryAcquire(),
        () => lock.acquire({ timeout: 0 }),
        () => lock.acquireSync({ timeout: -5 }),
      ]
    ) {
      const guard = await acquire() as LockGuard;
      assertEquals([lock.locked, guard.abandoned], [true, false]);
      assertEquals(lock.tryAcquire(), undefined);
      guard.release();
      assertEquals(lock.locked, false);
    }
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const lock = create();
    const guard = lock.acquireSync();
    await checkWaits({
      doing: "acquire lock",
      wait: (wait) => lock.acquire(wait),
      waitSync: (wait) => lock.acquireSync(wait),
    });
    assertEquals(lock.locked, true);
    guard.release();
    assertEquals(lock.locked, false);
    lock.tryAcquire()!.release();
  });

  test("passes a waiter that has given up", async () => {
    const lock = create();
    const guard = lock.acquireSync();
    const controller = new AbortController();
    const late = assertRejects(
      () => lock.acquire({ timeout: 5 }),
      DOMException,
    );
    const aborted = lock.acquire({ signal: controller.signal })
      .catch((reason) => reason);
    const next = lock.acquire();
    await late;
    controller.abort("enough");
    guard.release();
    assertEquals(await aborted, "enough");
    const own = await next;
    assertEquals([lock.locked, own.abandoned], [true, false]);
    own.release();
    assertEquals(lock.locked, false);
  });

  test("serves the waiters of a thread in order", async () => {
    const lock = create();
    const guard = lock.acquireSync();
    const order: number[] = [];
    const all = Array.from({ length: 100 }, async (_, n) => {
      using _guard = await lock.acquire();
      order.push(n);
    });
    assertEquals(lock.tryAcquire(), undefined);
    guard.release();
    // Not before those who came first.
    assertEquals(lock.tryAcquire(), undefined);
    await Promise.all(all);
    assertEquals(order, Array.from({ length: 100 }, (_, n) => n));
    assertEquals(lock.locked, false);
  });

  test("is acquired by acquireSync() after waiters that hold it for a moment", () => {
    const lock = create();
    const guard = lock.acquireSync();
    lock.acquire().then((it) => it.release());
    guard.release();
    // The first waiter gets it, and cannot let go while the thread is blocked.
    assertThrows(() => lock.acquireSync({ timeout: 20 }), DOMException);
  });

  test("guard releases once, and only its own acquisition", async () => {
    const lock = create();
    const first = await lock.acquire();
    first.release();
    first.release();
    const second = await lock.acquire();
    first.release();
    first[Symbol.dispose]();
    assertEquals(lock.locked, true);
    lock.release();
    assertEquals(lock.locked, false);
    const third = lock.tryAcquire()!;
    second.release();
    assertEquals(lock.locked, true);
    third.release();
    assertEquals(lock.locked, false);
  });

  test("release() frees it, and says when there is nothing to free", async () => {
    const lock = create();
    assertThrows(() => lock.release(), Error, NOT_HELD);
    await lock.acquire();
    const waiting = lock.acquire();
    lock.release();
    (await waiting).release();
    assertThrows(() => lock.release(), Error, NOT_HELD);
  });

  test("is released by using, also when something is thrown", async () => {
    const lock = create();
    await assertRejects(
      async () => {
        using _guard = await lock.acquire();
        throw new Error("inside");
      },
      Error,
      "inside",
    );
    assertEquals(lock.locked, false);
  });

  test("lets timers and signals through while it is always free", async () => {
    const lock = create();
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) (await lock.acquire()).release();
    });
  });
}
