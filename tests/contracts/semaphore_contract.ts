import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { LockGuard, Semaphore } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { assertSoon } from "./soon.ts";
import { checkWaits } from "./wait_contract.ts";

/** What both kinds of semaphores do on every kind of memory. */
function testAnySemaphore(
  name: string,
  create: (n?: number) => Semaphore,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("gives out as many permits as it has, in every form", async () => {
    const semaphore = create(5);
    const guards: LockGuard[] = [];
    for (
      const acquire of [
        () => semaphore.acquire(),
        () => semaphore.acquireSync(),
        () => semaphore.tryAcquire(),
        () => semaphore.acquire({ timeout: 0 }),
        () => semaphore.acquireSync({ timeout: -5 }),
      ]
    ) {
      const guard = await acquire() as LockGuard;
      guards.push(guard);
      assertEquals(
        [semaphore.value, guard.abandoned],
        [5 - guards.length, false],
      );
    }
    assertEquals(semaphore.tryAcquire(), undefined);
    guards.forEach((guard) => guard.release());
    assertEquals(semaphore.value, 5);
  });

  test("has one permit unless told otherwise, and may have none", () => {
    assertEquals(create().value, 1);
    assertEquals(create(0).value, 0);
    assertEquals(create(0).tryAcquire(), undefined);
    assertEquals(create(2 ** 29 - 1).value, 2 ** 29 - 1);
  });

  test("refuses a wrong number of permits", () => {
    const range = "not a whole number from 0 to 536870911";
    for (const n of [-1, 0.5, NaN, Infinity, 2 ** 29]) {
      assertThrows(
        () => create(n),
        RangeError,
        `Cannot create semaphore: n is ${n}, ${range}`,
      );
    }
    const wrong = [
      ["1", "a string"],
      [null, "null"],
      [{}, "an object"],
      [1n, "a bigint"],
      [true, "a boolean"],
    ];
    for (const [n, kind] of wrong as [number, string][]) {
      assertThrows(
        () => create(n),
        TypeError,
        `Cannot create semaphore: n is ${kind}, not a number`,
      );
    }
    const semaphore = create(1);
    semaphore.acquireSync();
    for (const n of [0, -1, 1.5, NaN, 2 ** 29]) {
      assertThrows(
        () => semaphore.release(n),
        RangeError,
        `Cannot release semaphore: n is ${n}, not a whole number from 1 to 536870911`,
      );
    }
    assertThrows(
      () => semaphore.release("1" as unknown as number),
      TypeError,
      "Cannot release semaphore: n is a string, not a number",
    );
    assertEquals(semaphore.value, 0);
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const semaphore = create(2);
    const guards = [semaphore.acquireSync(), semaphore.acquireSync()];
    await checkWaits({
      doing: "acquire semaphore",
      wait: (wait) => semaphore.acquire(wait),
      waitSync: (wait) => semaphore.acquireSync(wait),
    });
    assertEquals(semaphore.value, 0);
    guards.forEach((guard) => guard.release());
    assertEquals(semaphore.value, 2);
    semaphore.tryAcquire()!.release();
  });

  test("passes a waiter that has given up", async () => {
    const semaphore = create(1);
    const guard = semaphore.acquireSync();
    const controller = new AbortController();
    const late = assertRejects(
      () => semaphore.acquire({ timeout: 5 }),
      DOMException,
    );
    const aborted = semaphore.acquire({ signal: controller.signal })
      .catch((reason) => reason);
    const next = semaphore.acquire();
    await late;
    controller.abort("enough");
    guard.release();
    assertEquals(await aborted, "enough");
    assertEquals((await next).abandoned, false);
    assertEquals(semaphore.value, 0);
  });

  test("serves the waiters of a thread in order", async () => {
    const semaphore = create(3);
    semaphore.acquireSync();
    semaphore.acquireSync();
    const guard = semaphore.acquireSync();
    const order: number[] = [];
    const all = Array.from({ length: 100 }, async (_, n) => {
      using _guard = await semaphore.acquire();
      order.push(n);
    });
    guard.release();
    // Not before those who came first.
    assertEquals(semaphore.tryAcquire(), undefined);
    await Promise.all(all);
    assertEquals(order, Array.from({ length: 100 }, (_, n) => n));
    assertEquals(semaphore.value, 1);
    semaphore.release(2);
    assertEquals(semaphore.value, 3);
  });

  test("release() wakes as many as can go on", async () => {
    const semaphore = create(20);
    for (let n = 0; n < 20; n++) semaphore.acquireSync();
    await assertSoon(async () => {
      const waiting = Array.from({ length: 20 }, () => semaphore.acquire());
      const start = performance.now();
      semaphore.release(20);
      await Promise.all(waiting);
      return performance.now() - start;
    });
    assertEquals(semaphore.value, 0);
  });

  test("guard gives one back, once, unless release() has", async () => {
    const semaphore = create(3);
    const first = await semaphore.acquire();
    first.release();
    first.release();
    assertEquals(semaphore.value, 3);
    const second = await semaphore.acquire();
    first.release();
    first[Symbol.dispose]();
    assertEquals(semaphore.value, 2);
    semaphore.release();
    second.release();
    assertEquals(semaphore.value, 3);
    const third = semaphore.tryAcquire()!;
    second.release();
    assertEquals(semaphore.value, 2);
    third.release();
    assertEquals(semaphore.value, 3);
  });

  test("guard never gives back the permit of a later one", async () => {
    const semaphore = create(2);
    const stale = await semaphore.acquire();
    semaphore.release();
    const later = await semaphore.acquire();
    stale.release();
    assertEquals(semaphore.value, 1);
    const third = semaphore.tryAcquire()!;
    assertEquals(semaphore.tryAcquire(), undefined);
    third.release();
    later.release();
    assertEquals(semaphore.value, 2);
  });

  test("guards and release() without guards give back all, and no more", () => {
    const semaphore = create(4);
    // Two whose guards are dropped, one before and one after one that is kept.
    semaphore.acquireSync();
    const kept = semaphore.acquireSync();
    semaphore.acquireSync();
    semaphore.release(2);
    const later = [semaphore.acquireSync(), semaphore.acquireSync()];
    assertEquals(semaphore.value, 1);
    kept.release();
    assertEquals(semaphore.value, 2);
    kept.release();
    semaphore.release();
    assertEquals(semaphore.value, 3);
    later.forEach((guard) => guard.release());
    assertEquals(semaphore.value, 4);
  });

  test("is released by using, also when something is thrown", async () => {
    const semaphore = create(1);
    await assertRejects(
      async () => {
        using _guard = await semaphore.acquire();
        throw new Error("inside");
      },
      Error,
      "inside",
    );
    assertEquals(semaphore.value, 1);
  });

  test("lets timers and signals through while it is always free", async () => {
    const semaphore = create(1);
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) (await semaphore.acquire()).release();
    });
  });
}

/** What a semaphore does on every kind of memory. */
export function testSemaphore(
  name: string,
  create: (n?: number) => Semaphore,
): void {
  testAnySemaphore(name, create);

  Deno.test(`${name} counts signals`, async () => {
    const semaphore = create(0);
    const waiting = semaphore.acquire();
    semaphore.release();
    await waiting;
    semaphore.release(3);
    assertEquals(semaphore.value, 3);
    for (let n = 0; n < 3; n++) assert(semaphore.tryAcquire());
    assertEquals(semaphore.tryAcquire(), undefined);
  });

  Deno.test(`${name} may have more permits than at first, up to a limit`, () => {
    const semaphore = create(1);
    semaphore.release(2 ** 29 - 3);
    semaphore.release();
    assertEquals(semaphore.value, 2 ** 29 - 1);
    assertThrows(
      () => semaphore.release(),
      Error,
      "Cannot release semaphore: its value would pass 536870911",
    );
    assertEquals(semaphore.value, 2 ** 29 - 1);
  });
}

/** What a bounded semaphore does on every kind of memory. */
export function testBoundedSemaphore(
  name: string,
  create: (n?: number) => Semaphore,
): void {
  testAnySemaphore(name, create);

  Deno.test(`${name} never has more permits than at first`, async () => {
    const semaphore = create(2);
    const refusal = "Cannot release semaphore: its value would pass 2";
    assertThrows(() => semaphore.release(), Error, refusal);
    await semaphore.acquire();
    assertThrows(() => semaphore.release(2), Error, refusal);
    assertEquals(semaphore.value, 1);
    semaphore.release();
    assertThrows(() => semaphore.release(), Error, refusal);
    assertEquals(semaphore.value, 2);
    const none = create(0);
    assertThrows(() => none.release(), Error, "its value would pass 0");
  });
}
