// After CPython's _TestQueue, _TestLock, _TestSemaphore, _TestCondition, _TestEvent and
// _TestBarrier, which ask the same of what a manager has.

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { BarrierProxy } from "../../manager/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Semaphore, SharedValue } from "../../sync/mod.ts";
import * as meetings from "../fixtures/conformance/barrier_parties.ts";
import * as waiters from "../fixtures/conformance/condition_targets.ts";
import * as parties from "../fixtures/conformance/managed_parties.ts";
import { leaveNothingBehind, LONG, start } from "./backends.ts";
import { testManaged } from "./test_managed.ts";

leaveNothingBehind();

const PARTIES = 4;
const MODULES = [
  ["managed_parties.ts", parties],
  ["barrier_parties.ts", meetings],
  ["condition_targets.ts", waiters],
] as const;

const count = () => new SharedValue("i32", 0);

/** Starts children that do the same: processes, and threads among them. */
function startParties<A extends unknown[]>(
  party: (...args: A) => unknown,
  ...args: A
) {
  const [file] = MODULES.find(([, module]) => party.name in module)!;
  const url = new URL(`../fixtures/conformance/${file}`, import.meta.url);
  return Array.from(
    { length: PARTIES },
    (_, n) =>
      start(
        n % 2 === 0 ? "process" : "thread",
        fromModule<typeof party>(url, party.name),
        ...args,
      ),
  );
}

type Children = ReturnType<typeof startParties>;

async function join(children: Children): Promise<void> {
  for (const child of children) assertEquals(await child.join(LONG), 0);
}

testManaged(
  "QueueProxy gives each item to one of many children",
  async (manager) => {
    const from = manager.queue<number>({ maxSize: 3 });
    const to = manager.queue<number>();
    const children = startParties(parties.handOn, from, to);
    const items = Array.from({ length: 100 }, (_, n) => n);
    for (const item of items) await from.put(item, LONG);
    await from.close();
    await join(children);
    await to.close();
    const got = await Array.fromAsync(to);
    assertEquals(got.toSorted((a, b) => a - b), items);
  },
);

testManaged(
  "JoinableQueueProxy.join() waits until children have done everything",
  async (manager) => {
    const tasks = manager.joinableQueue<number>();
    const done = count();
    const children = startParties(parties.doTasks, tasks, done);
    for (let round = 1; round <= 2; round++) {
      for (let n = 0; n < 20; n++) await tasks.put(1);
      await tasks.join(LONG);
      assertEquals(done.value, 20 * round);
    }
    await tasks.close();
    await join(children);
  },
);

testManaged(
  "LockProxy and RLockProxy let one of many children go on at a time",
  async (manager) => {
    for (const lock of [manager.lock(), manager.rLock()]) {
      const value = manager.value(0);
      await join(startParties(parties.countSlowly, lock, value, 25));
      assertEquals(await value.value, 25 * PARTIES);
    }
  },
);

testManaged(
  "SemaphoreProxy lets as many children go on as it has permits",
  async (manager) => {
    for (
      const semaphore of [manager.semaphore(2), manager.boundedSemaphore(2)]
    ) {
      const [inside, tooMany] = [count(), count()];
      const children = startParties(
        parties.enter,
        semaphore,
        inside,
        tooMany,
        2,
      );
      await join(children);
      assertEquals([inside.value, tooMany.value], [0, 0]);
      assertEquals(await semaphore.value, 2);
    }
  },
);

testManaged(
  "ConditionProxy.notify() wakes as many children as it says, and notifyAll() all",
  async (manager) => {
    const condition = manager.condition();
    const [sleeping, woken] = [new Semaphore(0), new Semaphore(0)];
    const notify = async (act: () => Promise<void>, expected: number) => {
      const guard = await condition.acquire(LONG);
      await act();
      await guard.release();
      // All who have been woken have the lock first.
      await (await condition.acquire(LONG)).release();
      assertEquals(woken.value, expected);
    };
    const children = startParties(
      waiters.waitOnce,
      condition,
      sleeping,
      woken,
      "async" as const,
    );
    for (let n = 0; n < PARTIES; n++) await sleeping.acquire(LONG);
    await notify(() => condition.notify(), 1);
    await notify(() => condition.notify(2), 3);
    await notify(() => condition.notifyAll(), 4);
    await join(children);
  },
);

testManaged(
  "EventProxy lets all children go when it is set",
  async (manager) => {
    const event = manager.event();
    const there = manager.semaphore(0);
    const children = startParties(parties.awaitEvent, event, there);
    for (let n = 0; n < PARTIES; n++) await there.acquire(LONG);
    await event.set();
    await join(children);
    await event.clear();
    await assertRejects(() => event.wait({ timeout: 1 }), DOMException);
  },
);

/** Lets all parties do the same at a barrier, one of them here. */
async function meet<A extends unknown[]>(
  barrier: BarrierProxy,
  party: (barrier: meetings.AnyBarrier, ...args: A) => unknown,
  ...args: A
): Promise<boolean> {
  const children = startParties(party, barrier, ...args);
  await party(barrier, ...args);
  await join(children);
  return await barrier.broken;
}

testManaged(
  "BarrierProxy lets its parties pass in lockstep, each with an index of its own",
  async (manager) => {
    const barrier = manager.barrier(PARTIES + 1, LONG);
    const [before, after] = [count(), count()];
    await meet(barrier, meetings.multipass, before, after, 10);
    const all = 10 * (PARTIES + 1);
    assertEquals([before.value, after.value], [all, all]);
    const queue = new Queue<number>();
    assertEquals(await meet(barrier, meetings.putIndex, queue), false);
    queue.close();
    const indices = await Array.fromAsync(queue);
    assertEquals(indices.toSorted(), [0, 1, 2, 3, 4]);
    assertEquals(await barrier.waiting, 0);
  },
);

testManaged(
  "BarrierProxy is broken by abort(), and sends away who waits by reset()",
  async (manager) => {
    const barrier = manager.barrier(PARTIES + 1, LONG);
    const other = manager.barrier(PARTIES + 1, LONG);
    const [passed, broken, again] = [count(), count(), count()];
    const counts = [passed, broken, again] as const;
    const { reset, abortAndReset, abort } = meetings;
    assertEquals(await meet(barrier, reset, ...counts), false);
    assertEquals(
      await meet(barrier, abortAndReset, other, ...counts),
      false,
    );
    assertEquals(await meet(barrier, abort, passed, broken), true);
    assertEquals(
      counts.map(({ value }) => value),
      [0, 3 * PARTIES, 2 * (PARTIES + 1)],
    );
  },
);

testManaged(
  "BarrierProxy breaks for all when one is late, by the wait's timeout or its own",
  async (manager) => {
    for (const [own, given] of [[undefined, 60], [60, undefined]]) {
      const barrier = manager.barrier(PARTIES + 1, { timeout: own });
      const [late, broken] = [count(), count()];
      assertEquals(
        await meet(barrier, meetings.beLate, late, broken, given),
        true,
      );
      assertEquals(late.value + broken.value, PARTIES + 1);
      // The one that is late is told that it is broken.
      assert(
        late.value >= 1 && broken.value >= 1,
        `${late.value}, ${broken.value}`,
      );
    }
  },
);
