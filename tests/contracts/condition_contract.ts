import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Condition, Lock, RLock } from "../../sync/mod.ts";
import { assertBelow } from "./soon.ts";
import { checkWaits } from "./wait_contract.ts";

/** Begins to wait; the lock is free again when this returns. */
async function begin<T>(condition: Condition, wait: () => Promise<T>) {
  const guard = await condition.acquire();
  const waited = wait().finally(() => guard.release());
  // It may fail before the test comes to look at it.
  waited.catch(() => {});
  return { waited };
}

async function locked(condition: Condition, act: () => void) {
  using _guard = await condition.acquire();
  act();
}

/** Lets everything happen that is about to. */
async function settle() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** What a condition does on every kind of memory, with any lock. */
export function testCondition(
  name: string,
  createLock: () => Lock | RLock,
  few = 500,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);
  const create = () => new Condition(createLock());

  /** Starts waits which say when they are over, in this order. */
  const waitInOrder = async (condition: Condition, count: number) => {
    const order: number[] = [];
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < count; n++) {
      const { waited } = await begin(condition, () => condition.wait());
      all.push(waited.then(() => order.push(n)));
    }
    return { order, all };
  };

  test("cannot be used without its lock", async () => {
    const condition = create();
    const calls: [() => unknown, string][] = [
      [() => condition.waitSync(), "wait for"],
      [() => condition.waitForSync(() => true), "wait for"],
      [() => condition.notify(), "notify"],
      [() => condition.notifyAll(), "notify"],
    ];
    for (const [call, doing] of calls) {
      const error = assertThrows(call, Error);
      assertEquals(
        error.message,
        `Cannot ${doing} condition: its lock is not held`,
      );
    }
    for (
      const wait of [
        () => condition.wait(),
        () => condition.waitFor(() => true),
      ]
    ) {
      const error = await assertRejects(wait, Error);
      assertEquals(
        error.message,
        "Cannot wait for condition: its lock is not held",
      );
    }
  });

  test("has the lock that it was made with", async () => {
    const lock = createLock();
    const condition = new Condition(lock);
    assert(condition.lock === lock);
    (await condition.acquire()).release();
    condition.acquireSync().release();
    assert(condition.tryAcquire() !== undefined);
    assertEquals(lock.locked, true);
    condition.release();
    assertEquals(lock.locked, false);
  });

  test("frees the lock while it waits, and takes it as it was held", async () => {
    const condition = create();
    const guard = await condition.acquire();
    const waiting = condition.wait();
    assertEquals(condition.lock.locked, false);
    await locked(condition, () => condition.notify());
    await waiting;
    assertEquals([condition.lock.locked, guard.abandoned], [true, false]);
    guard.release();
    assertEquals(condition.lock.locked, false);
  });

  // Tasks of one thread enter an RLock together, so they cannot wait for each other.
  const testTasks = createLock() instanceof Lock ? test : () => {};

  testTasks(
    "takes the options of a wait, and has the lock after it",
    async () => {
      const condition = create();
      await checkWaits({
        doing: "wait for condition",
        async wait(wait) {
          const guard = await condition.acquire();
          try {
            await condition.wait(wait);
          } finally {
            assertEquals(condition.lock.locked, true);
            guard.release();
          }
        },
        waitSync(wait) {
          using _guard = condition.acquireSync();
          condition.waitSync(wait);
        },
      });
      assertEquals(condition.lock.locked, false);
      const { order, all } = await waitInOrder(condition, 1);
      await locked(condition, () => condition.notify());
      await Promise.all(all);
      assertEquals(order, [0]);
    },
  );

  test("takes the lock again however long that is held, and says then that it was too late", async () => {
    const condition = create();
    const { waited } = await begin(
      condition,
      () => condition.wait({ timeout: 5 }),
    );
    const other = await condition.acquire();
    let isOver = false;
    const over = assertRejects(() => waited, DOMException)
      .then(() => isOver = true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (condition.lock instanceof Lock) assertEquals(isOver, false);
    other.release();
    await over;
    assertEquals(condition.lock.locked, false);
  });

  test("notifies those who have waited longest", async () => {
    const condition = create();
    const { order, all } = await waitInOrder(condition, 6);
    await locked(condition, () => condition.notify());
    await all[0];
    await settle();
    assertEquals(order, [0]);
    await locked(condition, () => condition.notify(0));
    await locked(condition, () => condition.notify(2));
    await Promise.all(all.slice(0, 3));
    await settle();
    assertEquals(order, [0, 1, 2]);
    await locked(condition, () => condition.notify(100));
    await Promise.all(all);
    assertEquals(order, [0, 1, 2, 3, 4, 5]);
  });

  test("notifies all, more of them than its cell has room for, in order", async () => {
    const condition = create();
    const { order, all } = await waitInOrder(condition, 6_000);
    await locked(condition, () => condition.notify(10));
    await Promise.all(all.slice(0, 10));
    await locked(condition, () => condition.notifyAll());
    await Promise.all(all);
    assertEquals(order, Array.from({ length: 6_000 }, (_, n) => n));
    assertEquals(condition.lock.locked, false);
  });

  test("takes no longer for each of many that wait than for each of a few", async () => {
    const condition = create();
    const msForEach = async (count: number) => {
      const start = performance.now();
      const { order, all } = await waitInOrder(condition, count);
      for (let n = 0; n < count; n++) {
        await locked(condition, () => condition.notify());
      }
      await Promise.all(all);
      assertEquals(order, Array.from({ length: count }, (_, n) => n));
      return (performance.now() - start) / count;
    };
    await msForEach(few);
    await assertBelow(4, "times as long", async () => {
      const before = await msForEach(few);
      return await msForEach(8 * few) / before;
    });
  });

  test("notifies nobody who comes later", async () => {
    const condition = create();
    await locked(condition, () => {
      condition.notify();
      condition.notifyAll();
    });
    await assertRejects(
      async () => {
        using _guard = await condition.acquire();
        await condition.wait({ timeout: 5 });
      },
      DOMException,
    );
    // Nor one who comes between the notification and its receiver.
    const { order, all } = await waitInOrder(condition, 1);
    const guard = await condition.acquire();
    condition.notify();
    const late = assertRejects(
      () => condition.wait({ timeout: 20 }),
      DOMException,
    );
    await all[0];
    assertEquals(order, [0]);
    await late;
    guard.release();
    assertEquals(condition.lock.locked, false);
  });

  test("passes over those who have given up", async () => {
    const condition = create();
    const controller = new AbortController();
    const late = await begin(condition, () => condition.wait({ timeout: 1 }));
    const gone = await begin(
      condition,
      () => condition.wait({ signal: controller.signal }),
    );
    const { all } = await waitInOrder(condition, 1);
    await assertRejects(() => late.waited, DOMException);
    controller.abort("enough");
    assertEquals(await gone.waited.catch((it) => it), "enough");
    await locked(condition, () => condition.notify());
    await all[0];
  });

  test("loses no notification that comes as somebody gives up", async () => {
    const condition = create();
    for (let round = 0; round < 200; round++) {
      const controller = new AbortController();
      const first = await begin(
        condition,
        () => condition.wait({ signal: controller.signal }),
      );
      const second = await begin(
        condition,
        () => condition.wait({ timeout: 20_000 }),
      );
      const outcome = first.waited.then(() => "notified", (it) => it);
      const abort = () => controller.abort("aborted");
      if (round % 4 === 2) {
        abort();
        assertEquals(await outcome, "aborted");
      }
      using guard = await condition.acquire();
      if (round % 4 === 0) abort();
      if (round % 4 === 1) queueMicrotask(abort);
      condition.notify();
      if (round % 4 === 3) abort();
      guard.release();
      const end = await outcome;
      // A notification that has come wins.
      if (round % 4 === 3) assertEquals(end, "notified");
      // Else the second one was notified.
      if (end === "notified") {
        await locked(condition, () => condition.notify());
      }
      // It times out if the notification was lost.
      await second.waited;
    }
  });

  test("waitFor() looks again after every notification", async () => {
    const condition = create();
    let value = 0;
    let looks = 0;
    const { waited } = await begin(
      condition,
      () =>
        condition.waitFor(() => {
          looks++;
          return value > 2 && `value ${value}`;
        }),
    );
    for (let n = 1; n <= 3; n++) {
      await locked(condition, () => {
        value = n;
        condition.notify();
      });
      await settle();
    }
    assertEquals([await waited, looks], ["value 3", 4]);
    using _guard = condition.acquireSync();
    assertEquals(condition.waitForSync(() => value), 3);
    assertEquals(await condition.waitFor(() => value, { timeout: 0 }), 3);
  });

  test("waitFor() waits for a promise of a predicate, waitForSync() refuses it", async () => {
    const condition = create();
    using _guard = await condition.acquire();
    let value = 0;
    const predicate = async () => {
      await settle();
      return ++value > 1 && value;
    };
    const notifyLater = async () => {
      // Tasks of one thread enter an RLock together: before the wait it would tell nobody.
      while (condition.lock.locked) await settle();
      await locked(condition, () => condition.notify());
    };
    const [result] = await Promise.all([
      condition.waitFor(predicate),
      notifyLater(),
    ]);
    assertEquals(result, 2);
    const error = assertThrows(
      () => condition.waitForSync(predicate),
      TypeError,
    );
    assertEquals(
      error.message,
      "Cannot wait for condition: the predicate gave a promise; use await waitFor()",
    );
    assertEquals(condition.lock.locked, true);
  });

  test("waitFor() gives up when its time is over, after a last look", async () => {
    const condition = create();
    const message = "Cannot wait for condition: timed out after 20 ms";
    using _guard = await condition.acquire();
    let looks = 0;
    const never = () => {
      looks++;
      return false;
    };
    const begin = performance.now();
    const error = await assertRejects(
      () => condition.waitFor(never, { timeout: 20 }),
      DOMException,
    );
    assertEquals([error.name, error.message], ["TimeoutError", message]);
    assert(performance.now() - begin >= 19);
    assert(looks >= 2 && looks <= 4, `${looks} looks`);
    assertThrows(
      () => condition.waitForSync(never, { timeout: 20 }),
      DOMException,
      message,
    );
    assertThrows(
      () => condition.waitForSync(never, { timeout: 0 }),
      DOMException,
      "timed out after 0 ms",
    );
    // What becomes true in time without a notification is found.
    let value = false;
    setTimeout(() => value = true, 5);
    assertEquals(await condition.waitFor(() => value, { timeout: 30 }), true);
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 5);
    const aborted = await condition
      .waitFor(never, { signal: controller.signal, timeout: 60_000 })
      .catch((it) => it);
    assertEquals([aborted, condition.lock.locked], ["enough", true]);
    const timeout = AbortSignal.timeout(5);
    assert(
      await condition.waitFor(never, { signal: timeout })
        .catch((it) => it) === timeout.reason,
    );
  });

  test("waitFor() throws what its predicate throws, with the lock held", async () => {
    const condition = create();
    using _guard = await condition.acquire();
    const fail = () => {
      throw new Error("in the predicate");
    };
    await assertRejects(() => condition.waitFor(fail), Error, "predicate");
    assertThrows(() => condition.waitForSync(fail), Error, "predicate");
    assertEquals(condition.lock.locked, true);
  });

  test("waitFor() refuses what is no predicate", async () => {
    const condition = create();
    using _guard = await condition.acquire();
    const message =
      "Cannot wait for condition: predicate is a number, not a function";
    const wrong = 5 as never;
    const waiting = condition.waitFor(wrong);
    await assertRejects(() => waiting, TypeError, message);
    assertThrows(() => condition.waitForSync(wrong), TypeError, message);
  });

  testTasks("makes a buffer of two conditions with one lock", async () => {
    const lock = createLock();
    const notEmpty = new Condition(lock);
    const notFull = new Condition(lock);
    const buffer: number[] = [];
    const put = async (item: number) => {
      using _guard = await lock.acquire();
      await notFull.waitFor(() => buffer.length < 3);
      buffer.push(item);
      notEmpty.notify();
    };
    const take = async () => {
      using _guard = await lock.acquire();
      await notEmpty.waitFor(() => buffer.length > 0);
      assert(buffer.length <= 3);
      notFull.notify();
      return buffer.shift()!;
    };
    const items = Array.from({ length: 200 }, (_, n) => n);
    const taken = Promise.all(items.map(take));
    await Promise.all(items.map(put));
    assertEquals((await taken).sort((a, b) => a - b), items);
    assertEquals(lock.locked, false);
  });

  test("says what it was told wrong", async () => {
    const condition = create();
    using _guard = await condition.acquire();
    for (const n of [-1, 1.5, NaN, Infinity]) {
      const error = assertThrows(() => condition.notify(n), RangeError);
      assertEquals(
        error.message,
        `Cannot notify condition: n is ${n}, not a whole number from 0`,
      );
    }
    const create2 = () => new Condition({} as Lock);
    assertEquals(
      assertThrows(create2, TypeError).message,
      "Cannot create condition: lock is neither a Lock nor an RLock",
    );
  });
}

/** What conditions do with a lock that can be acquired again. */
export function testConditionOfRLock(name: string): void {
  Deno.test(`${name} frees the lock however often it is held, and holds it as often again`, async () => {
    const lock = new RLock();
    const condition = new Condition(lock);
    const guards = [await lock.acquire(), await lock.acquire()];
    const waiting = condition.wait();
    assertEquals(lock.locked, false);
    await locked(condition, () => condition.notifyAll());
    await waiting;
    guards[0].release();
    assertEquals(lock.locked, true);
    guards[1].release();
    assertEquals(lock.locked, false);
  });
}
