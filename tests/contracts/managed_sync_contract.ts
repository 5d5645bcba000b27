import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { LockProxy, Manager, SemaphoreProxy } from "../../manager/mod.ts";
import { QueueClosedError } from "../../queue/mod.ts";
import { BrokenBarrierError } from "../../sync/mod.ts";
import { until } from "../until.ts";
import { checkWaits } from "./wait_contract.ts";
import { managedTest } from "./managed_tests.ts";

/** A barrier whose action runs until it is ended. All its functions run in the manager. */
function actingBarrier(manager: Manager) {
  const dict = manager.dict<string, boolean>();
  return {
    barrier: manager.barrier(2, {
      action: () =>
        new Promise<void>((resolve) => {
          Object.assign(globalThis, { endAction: resolve });
        }),
    }),
    acts: () =>
      until(
        () => dict.modify("acts", () => "endAction" in globalThis),
        "its action runs",
      ),
    endAction: () =>
      dict.modify("acts", () => {
        const all = globalThis as { endAction?: () => void };
        all.endAction!();
        return !delete all.endAction;
      }),
  };
}

/** What locks, queues and their like of every manager do. */
export function testManagedSync(
  name: string,
  open: () => Promise<Manager> | Manager,
): void {
  const test = managedTest(name, open);

  test("has locks that one holds at a time", async (manager) => {
    const lock = manager.lock();
    const order: number[] = [];
    const guard = await lock.acquire();
    assertEquals([await lock.locked, guard.abandoned], [true, false]);
    assertEquals(await lock.tryAcquire(), undefined);
    const all = Array.from({ length: 50 }, async (_, n) => {
      await using _guard = await lock.acquire();
      order.push(n);
    });
    await guard.release();
    await guard.release();
    await Promise.all(all);
    assertEquals(order, order.map((_, n) => n));
    await assertRejects(
      () => lock.release(),
      Error,
      "Cannot release lock: it is not held",
    );
    const first = (await lock.tryAcquire())!;
    await lock.release();
    const second = await lock.acquire();
    // It is of an acquisition that is over.
    await first.release();
    assertEquals(await lock.locked, true);
    {
      using _second = second;
    }
    assertEquals(await lock.locked, false);
  });

  test("lets who waits for a lock give up", async (manager) => {
    const lock = manager.lock();
    const guard = await lock.acquire();
    await checkWaits({
      doing: "call acquire() of LockProxy",
      wait: (wait) => lock.acquire(wait),
    });
    const late = lock.acquire({ timeout: 5 }).catch((error) => error.name);
    const next = lock.acquire();
    assertEquals(await late, "TimeoutError");
    await guard.release();
    await (await next).release();
    assertEquals(await lock.locked, false);
  });

  test("releases what is held though the proxy has been disposed of", async (manager) => {
    const all = {
      lock: manager.lock(),
      rLock: manager.rLock(),
      semaphore: manager.semaphore(1),
      condition: manager.condition(),
    };
    for (const [name, proxy] of Object.entries(all)) {
      await manager.publish(name, proxy);
      const find = () => manager.lookup<LockProxy>(name);
      const isFree = async () => {
        using found = await find() as LockProxy | SemaphoreProxy;
        return "value" in found ? await found.value === 1 : !await found.locked;
      };
      const takes = {
        async awaited() {
          using found = await find();
          return await found.acquire();
        },
        async "not awaited"() {
          using found = await find();
          return found.acquire();
        },
        async tried() {
          using found = await find();
          return found.tryAcquire();
        },
      };
      for (const [how, take] of Object.entries(takes)) {
        const guard = await take();
        assertEquals(await isFree(), false, `${name}, ${how}`);
        await guard?.release();
        assertEquals(await isFree(), true, `${name}, ${how}`);
        {
          using _guard = await take();
        }
        assertEquals(await isFree(), true, `${name}, ${how}`);
      }
      await manager.unpublish(name);
    }
    const lock = manager.lock();
    const guard = await lock.acquire();
    const next = lock.acquire();
    await assertRejects(() => lock.acquire({ timeout: 1 }), DOMException);
    // Nobody refers to it any more, but who holds it and who waits.
    lock[Symbol.dispose]();
    await guard.release();
    await (await next).release();
    await assertRejects(() => lock.acquire(), Error, "disposed of");
  });

  test("has locks that their holder acquires again", async (manager) => {
    const lock = manager.rLock();
    const guards = [await lock.acquire(), await lock.acquire()];
    await guards[0].release();
    assertEquals(await lock.locked, true);
    await guards[1].release();
    assertEquals(await lock.locked, false);
    await assertRejects(() => lock.release(), Error, "it is not held");
  });

  test("has semaphores, with and without a bound", async (manager) => {
    for (const make of ["semaphore", "boundedSemaphore"] as const) {
      const semaphore = manager[make](2);
      const guards = [await semaphore.acquire(), await semaphore.acquire()];
      assertEquals(await semaphore.value, 0);
      assertEquals(await semaphore.tryAcquire(), undefined);
      await checkWaits({
        doing: `call acquire() of ${semaphore.constructor.name}`,
        wait: (wait) => semaphore.acquire(wait),
      });
      const next = semaphore.acquire();
      for (const guard of guards) await guard.release();
      await (await next).release();
      assertEquals(await semaphore.value, 2);
      await assertRejects(() => semaphore.release(0), RangeError, "n is 0");
    }
    const bounded = manager.boundedSemaphore(1);
    await assertRejects(
      () => bounded.release(),
      Error,
      "Cannot release semaphore: its value would pass 1",
    );
    const open = manager.semaphore(0);
    await open.release(3);
    assertEquals(await open.value, 3);
    await assertRejects(
      () => manager.semaphore(-1).value,
      RangeError,
      "Cannot create semaphore: n is -1",
    );
    for (const kind of ["semaphore", "boundedSemaphore"] as const) {
      assertThrows(
        () => manager[kind]("1" as never),
        TypeError,
        "Cannot create semaphore: n is a string, not a number",
      );
    }
    await assertRejects(
      () => open.release(null as never),
      TypeError,
      "Cannot release semaphore: n is null, not a number",
    );
  });

  test("has conditions that notify who has waited longest", async (manager) => {
    const lock = manager.lock();
    const condition = manager.condition(lock);
    const woken: number[] = [];
    const waits: Promise<number>[] = [];
    for (const n of [0, 1, 2]) {
      const guard = await condition.acquire();
      waits.push(
        condition.wait().then(async () => {
          await guard.release();
          return woken.push(n);
        }),
      );
    }
    const guard = await lock.acquire();
    await condition.notify();
    await guard.release();
    await waits[0];
    assertEquals(woken, [0]);
    await assertRejects(
      () => condition.notify(),
      Error,
      "Cannot notify condition: this process or thread does not hold its lock",
    );
    const again = await lock.acquire();
    await condition.notifyAll();
    await again.release();
    await Promise.all(waits);
    assertEquals(woken, [0, 1, 2]);
  });

  test("has conditions that refuse what is no predicate", async (manager) => {
    const condition = manager.condition();
    await using _guard = await condition.acquire();
    await assertRejects(
      () => condition.waitFor(5 as never),
      TypeError,
      "Cannot wait for condition: predicate is a number, not a function",
    );
  });

  test("holds the lock when a wait for a condition is over", async (manager) => {
    const shared = manager.condition(manager.lock());
    await checkWaits({
      doing: "call wait() of ConditionProxy",
      async wait(wait) {
        await using _guard = await shared.acquire();
        await shared.wait(wait);
      },
    });
    assertEquals(await shared.locked, false);
    const condition = manager.condition();
    const guard = await condition.acquire();
    await assertRejects(() => condition.wait({ timeout: 1 }), DOMException);
    assertEquals(await condition.locked, true);
    await guard.release();
    assertEquals(await condition.locked, false);
    let looks = 0;
    const own = await shared.acquire();
    const waited = shared.waitFor(() => ++looks === 2);
    // As soon as it waits.
    const other = await shared.acquire();
    await shared.notifyAll();
    await other.release();
    assertEquals(await waited, true);
    await own.release();
    assertEquals(await shared.locked, false);
    await assertRejects(
      () => manager.condition(manager.event() as never).locked,
      TypeError,
      "Cannot create condition: its lock is none of the same manager",
    );
  });

  test("looks at what a condition waits for once more when time is over", async (manager) => {
    const condition = manager.condition();
    await using _guard = await condition.acquire();
    let looks = 0;
    const error = await assertRejects(
      () => condition.waitFor(() => ++looks > 2, { timeout: 20 }),
      DOMException,
    );
    assertEquals([error.name, error.message, looks], [
      "TimeoutError",
      "Cannot call waitFor() of ConditionProxy: timed out after 20 ms",
      2,
    ]);
    const isTrue = () => ++looks === 4;
    assertEquals(await condition.waitFor(isTrue, { timeout: 20 }), true);
    const reason = new DOMException("enough", "TimeoutError");
    const aborting = new AbortController();
    const aborted = await condition.waitFor(() => {
      queueMicrotask(() => aborting.abort(reason));
      return false;
    }, { signal: aborting.signal }).catch((it) => it);
    assertEquals(aborted, reason);
  });

  test("has events", async (manager) => {
    const event = manager.event();
    await checkWaits({
      doing: "call wait() of EventProxy",
      wait: (wait) => event.wait(wait),
    });
    const waits = [event.wait(), event.wait()];
    await event.set();
    await Promise.all(waits);
    await event.wait();
    assertEquals(await event.isSet(), true);
    await event.clear();
    assertEquals(await event.isSet(), false);
  });

  test("has barriers", async (manager) => {
    const barrier = manager.barrier(3);
    for (let round = 0; round < 3; round++) {
      const waits = [barrier.wait(), barrier.wait(), barrier.wait()];
      assertEquals((await Promise.all(waits)).sort(), [0, 1, 2]);
    }
    assertEquals([await barrier.parties, await barrier.waiting], [3, 0]);
    const alone = assertRejects(() => barrier.wait(), BrokenBarrierError);
    await assertRejects(() => barrier.wait({ timeout: 5 }), DOMException);
    await alone;
    assertEquals(await barrier.broken, true);
    await assertRejects(
      () => barrier.wait(),
      BrokenBarrierError,
      "Cannot wait at barrier: barrier is broken",
    );
    await barrier.reset();
    const sent = assertRejects(
      () => barrier.wait(),
      BrokenBarrierError,
      "Cannot wait at barrier: barrier was reset",
    );
    await barrier.reset();
    await sent;
    assertEquals(await barrier.broken, false);
    await barrier.abort();
    assertEquals(await barrier.broken, true);
  });

  test("has barriers that stay as they are when a wait is aborted", async (manager) => {
    const barrier = manager.barrier(3);
    const first = barrier.wait();
    const leaver = new AbortController();
    const { signal } = leaver;
    const left = barrier.wait({ signal, timeout: 600_000 });
    assertEquals(await barrier.waiting, 2);
    leaver.abort("it has other plans");
    assertEquals(await left.catch((error) => error), "it has other plans");
    assertEquals([await barrier.waiting, await barrier.broken], [1, false]);
    const all = [first, barrier.wait(), barrier.wait()];
    assertEquals((await Promise.all(all)).sort(), [0, 1, 2]);
  });

  test("has barriers that break when a wait is aborted while their action runs", async (manager) => {
    const { barrier, acts, endAction } = actingBarrier(manager);
    const leaver = new AbortController();
    const first = barrier.wait({ signal: leaver.signal });
    const last = assertRejects(() => barrier.wait(), BrokenBarrierError);
    await acts();
    leaver.abort("it has other plans");
    assertEquals(await first.catch((error) => error), "it has other plans");
    await endAction();
    await last;
    assertEquals(await barrier.broken, true);
    await barrier.reset();
    const all = Promise.all([barrier.wait(), barrier.wait()]);
    await acts();
    await endAction();
    assertEquals(await all, [0, 1]);
  });

  test("has barriers that open all the same when the wait of who acts is aborted", async (manager) => {
    const { barrier, acts, endAction } = actingBarrier(manager);
    const leaver = new AbortController();
    const first = barrier.wait();
    const last = barrier.wait({ signal: leaver.signal });
    await acts();
    leaver.abort("it has other plans");
    await endAction();
    assertEquals(await Promise.all([first, last]), [0, 1]);
    assertEquals(await barrier.broken, false);
  });

  test("has barriers with a timeout for all waits that have none of their own", async (manager) => {
    const barrier = manager.barrier(2, { timeout: 20 });
    const other = manager.barrier(2, { timeout: 600_000 });
    const late = await assertRejects(() => barrier.wait(), DOMException);
    assertEquals(
      [late.name, late.message],
      [
        "TimeoutError",
        "Cannot call wait() of BarrierProxy: timed out after 20 ms",
      ],
    );
    assertEquals(await barrier.broken, true);
    await assertRejects(() => barrier.wait({}), BrokenBarrierError);
    await barrier.reset();
    // Those that have one, be it for ever, wait as long as that says.
    const waiting = barrier.wait({ timeout: Infinity });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const both = [waiting, barrier.wait({ timeout: 10_000 })];
    assertEquals((await Promise.all(both)).sort(), [0, 1]);
    await assertRejects(() => other.wait({ timeout: 5 }), DOMException);
    await other.reset();
    assertEquals(
      (await Promise.all([other.wait(), other.wait()])).sort(),
      [0, 1],
    );
    for (const [wrong, kind] of [["5", "a string"], [NaN, "NaN"]] as const) {
      assertThrows(
        () => manager.barrier(2, { timeout: wrong as number }),
        TypeError,
        `Cannot create barrier: timeout is ${kind}, not a number`,
      );
    }
  });

  test("acts at a barrier before anybody goes on", async (manager) => {
    await assertRejects(
      () => manager.barrier(0).parties,
      RangeError,
      "Cannot create barrier: parties is 0",
    );
    assertThrows(
      () => manager.barrier("2" as never),
      TypeError,
      "Cannot create barrier: parties is a string, not a number",
    );
    const acting = manager.barrier(2, {
      action: () => {
        throw new RangeError("not today");
      },
    });
    const results = await Promise.allSettled([acting.wait(), acting.wait()]);
    const names = results.map((it) =>
      it.status === "rejected" ? it.reason.constructor : undefined
    );
    assertEquals(names, [BrokenBarrierError, RangeError]);
  });

  test("has queues", async (manager) => {
    const unlimited = manager.queue({ maxSize: Infinity });
    assertEquals(await unlimited.maxSize, 0);
    const queue = manager.queue<number>({ maxSize: 2 });
    await queue.put(1);
    assertEquals(await queue.tryPut(2), true);
    assertEquals(await queue.tryPut(3), false);
    assertEquals([await queue.isFull(), await queue.size], [true, 2]);
    await checkWaits({
      doing: "call put() of QueueProxy",
      wait: (wait) => queue.put(9, wait),
    });
    const put = queue.put(3);
    assertEquals(await queue.get(), 1);
    await put;
    assertEquals(await queue.tryGet(), { ok: true, value: 2 });
    assertEquals(await queue.get(), 3);
    assertEquals(await queue.tryGet(), { ok: false });
    assertEquals(await queue.isEmpty(), true);
    await checkWaits({
      doing: "call get() of QueueProxy",
      wait: (wait) => queue.get(wait),
    });
    const gets = [queue.get(), queue.get()];
    await queue.put(4);
    await queue.put(5);
    assertEquals(await Promise.all(gets), [4, 5]);
    await queue.put(6);
    const iterated = Array.fromAsync(queue);
    await queue.put(7);
    await queue.close();
    assertEquals(await iterated, [6, 7]);
    await assertRejects(() => queue.put(8), QueueClosedError);
    await assertRejects(() => queue.get(), QueueClosedError);
  });

  test("has queues that are waited for", async (manager) => {
    const queue = manager.joinableQueue<number>();
    await queue.join();
    await queue.put(1);
    await queue.put(2);
    await checkWaits({
      doing: "call join() of JoinableQueueProxy",
      wait: (wait) => queue.join(wait),
    });
    const joined = queue.join();
    await queue.get();
    await queue.get();
    await queue.taskDone();
    await queue.taskDone();
    await joined;
    await assertRejects(
      () => queue.taskDone(),
      Error,
      "every item that was got is done already",
    );
  });

  test("has pools", async (manager) => {
    assertThrows(
      () => manager.pool("2" as never),
      TypeError,
      "Cannot create pool: processes is a string, not a number",
    );
    using pool = manager.pool(2);
    assertEquals(await pool.apply((a: number, b: number) => a + b, [3, 4]), 7);
    const squares = await pool.map((n: number) => n * n, [1, 2, 3]);
    assertEquals(squares, [1, 4, 9]);
    const sums = await pool.starmap((a: number, b: number) => a + b, [[1, 2]]);
    assertEquals(sums, [3]);
    await assertRejects(
      () => pool.apply(() => Promise.reject(new RangeError("no"))),
      RangeError,
      "no",
    );
    await pool.close();
    await pool.join();
    await assertRejects(() => pool.apply(() => 1), Error, "pool is closed");
  });

  test("finds what is published", async (manager) => {
    const list = manager.list([1]);
    await manager.publish("the list", list);
    const found = await manager.lookup<typeof list>("the list");
    assertEquals(await found.toArray(), [1]);
    assertEquals(await manager.unpublish("the list"), true);
    await assertRejects(
      () => manager.lookup("the list"),
      Error,
      "Cannot look up the list: nothing is published by that name",
    );
    assert((await manager.counts()).objects > 0);
    const five = 5 as unknown as string;
    const wrong = {
      publish: () => manager.publish(five, list),
      unpublish: () => manager.unpublish(five),
      "look up": () => manager.lookup(five),
    };
    for (const [doing, use] of Object.entries(wrong)) {
      const message = `Cannot ${doing}: the name is a number, not a string`;
      await assertRejects(use, TypeError, message);
    }
  });
}
