import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { LockGuard, RLock } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";

const NOT_HELD = "Cannot release lock: it is not held";

/**
 * What a reentrant lock does on every kind of memory. To wait for it takes another
 * thread, so waits are tested in `tests/sync/`.
 */
export function testRLock(name: string, create: () => RLock): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("is acquired again by who holds it, in every form", async () => {
    const lock = create();
    assertEquals(lock.locked, false);
    const guards: LockGuard[] = [];
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
      guards.push(guard);
    }
    for (const guard of guards) {
      assertEquals(lock.locked, true);
      guard.release();
    }
    assertEquals(lock.locked, false);
  });

  test("release() undoes one acquisition, and says when there is none", async () => {
    const lock = create();
    assertThrows(() => lock.release(), Error, NOT_HELD);
    await lock.acquire();
    lock.acquireSync();
    lock.release();
    assertEquals(lock.locked, true);
    lock.release();
    assertEquals(lock.locked, false);
    assertThrows(() => lock.release(), Error, NOT_HELD);
  });

  test("guard releases once, and nothing that was acquired later", async () => {
    const lock = create();
    const first = await lock.acquire();
    const second = await lock.acquire();
    first.release();
    first.release();
    first[Symbol.dispose]();
    assertEquals(lock.locked, true);
    lock.release();
    assertEquals(lock.locked, false);
    const third = lock.tryAcquire()!;
    // What it stood for was released by release().
    second.release();
    assertEquals(lock.locked, true);
    third.release();
    assertEquals(lock.locked, false);
  });

  test("is released by using, also when something is thrown", async () => {
    const lock = create();
    await assertRejects(
      async () => {
        using _outer = await lock.acquire();
        using _inner = lock.acquireSync();
        throw new Error("inside");
      },
      Error,
      "inside",
    );
    assertEquals(lock.locked, false);
  });

  test("is shared by the tasks of a thread", async () => {
    const lock = create();
    let inside = 0;
    let most = 0;
    await Promise.all(Array.from({ length: 20 }, async () => {
      using _guard = await lock.acquire();
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
    }));
    assertEquals([most > 1, lock.locked], [true, false]);
  });

  test("checks the options of a wait that need not be", async () => {
    const lock = create();
    lock.acquireSync();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await assertRejects(() => lock.acquire({ signal }), Error, "enough");
    assertThrows(() => lock.acquireSync({ signal }), Error, "enough");
    const timeout = NaN;
    await assertRejects(() => lock.acquire({ timeout }), TypeError);
    assertThrows(() => lock.acquireSync({ timeout }), TypeError);
    lock.release();
    assertEquals(lock.locked, false);
  });

  test("lets timers and signals through while it is always free", async () => {
    const lock = create();
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) (await lock.acquire()).release();
    });
  });
}
