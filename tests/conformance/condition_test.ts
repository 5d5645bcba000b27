// After CPython's _TestCondition.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromModule } from "../../process/mod.ts";
import { Condition, Semaphore, SharedValue } from "../../sync/mod.ts";
import {
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/condition_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/condition_targets.ts",
  import.meta.url,
);

/** Starts children that wait, and returns when they do. */
async function startWaiters(
  { kind, count, condition, woken, timeout }: {
    kind: Kind;
    count: number;
    condition: Condition;
    woken: Semaphore;
    timeout?: number;
  },
) {
  const sleeping = new Semaphore(0);
  const children = Array.from({ length: count }, (_, n) =>
    start(
      // A thread among processes.
      n === 0 ? "thread" : kind,
      fromModule<Targets["waitOnce"]>(TARGETS, "waitOnce"),
      condition,
      sleeping,
      woken,
      n % 2 === 0 ? "async" : "sync",
      timeout,
    ));
  for (let n = 0; n < count; n++) await sleeping.acquire(LONG);
  // They free the lock by waiting, all at once: whoever has it then has seen it.
  (await condition.acquire()).release();
  return children;
}

async function notify(condition: Condition, n?: number) {
  using _guard = await condition.acquire();
  condition.notify(n);
}

/** Waits in vain. */
async function giveUp(condition: Condition) {
  using _guard = await condition.acquire();
  await assertRejects(() => condition.wait({ timeout: 30 }), DOMException);
}

/** Waits until just so many have been woken. */
async function expectWoken(woken: Semaphore, count: number) {
  for (let n = 0; n < count; n++) await woken.acquire(LONG);
  await assertRejects(() => woken.acquire({ timeout: 30 }), DOMException);
}

testBoth("Condition.notify() wakes one of those who wait", async (kind) => {
  const condition = new Condition();
  const woken = new Semaphore(0);
  const waiters = { kind, count: 2, condition, woken };
  const children = await startWaiters(waiters);
  await expectWoken(woken, 0);
  await notify(condition);
  await expectWoken(woken, 1);
  await notify(condition);
  await expectWoken(woken, 1);
  for (const child of children) assertEquals(await child.join(), 0);
});

testBoth(
  "Condition.notifyAll() wakes all who wait, and none of those who have given up",
  async (kind) => {
    const condition = new Condition();
    const woken = new Semaphore(0);
    const late = await startWaiters({
      kind,
      count: 3,
      condition,
      woken,
      timeout: 40,
    });
    await expectWoken(woken, 3);
    // Those have ended by now. This one has not.
    await giveUp(condition);
    const children = await startWaiters({ kind, count: 4, condition, woken });
    await expectWoken(woken, 0);
    // This goes to one who waits, not to one who has given up.
    await notify(condition);
    await expectWoken(woken, 1);
    {
      using _guard = await condition.acquire();
      condition.notifyAll();
    }
    await expectWoken(woken, 3);
    for (const child of [...late, ...children]) {
      assertEquals(await child.join(), 0);
    }
  },
);

testBoth("Condition.notify(n) wakes n of those who wait", async (kind) => {
  const condition = new Condition();
  const woken = new Semaphore(0);
  const children = await startWaiters({ kind, count: 5, condition, woken });
  await notify(condition, 2);
  await expectWoken(woken, 2);
  await notify(condition, 3);
  await expectWoken(woken, 3);
  await notify(condition, 3);
  await expectWoken(woken, 0);
  // Nor is it kept for who comes later.
  await giveUp(condition);
  for (const child of children) assertEquals(await child.join(), 0);
});

Deno.test("Condition.wait() that nobody notifies times out, and holds the lock again", async () => {
  const condition = new Condition();
  using guard = await condition.acquire();
  const begin = performance.now();
  const error = await assertRejects(
    () => condition.wait({ timeout: 60 }),
    DOMException,
    "Cannot wait for condition: timed out after 60 ms",
  );
  assertEquals(error.name, "TimeoutError");
  assert(performance.now() - begin >= 59);
  assertEquals([condition.lock.locked, guard.abandoned], [true, false]);
});

testBoth("Condition.waitFor() waits until it is true", async (kind) => {
  const condition = new Condition();
  const state = new SharedValue("i32", -1);
  const child = start(
    kind,
    fromModule<Targets["waitForFour"]>(TARGETS, "waitForFour"),
    condition,
    state,
  );
  {
    using _guard = await condition.acquire();
    assertEquals(
      await condition.waitFor(() => state.value === 0, LONG),
      true,
    );
  }
  for (let n = 0; n < 4; n++) {
    using _guard = await condition.acquire();
    assertEquals(child.exitCode, null);
    state.value += 1;
    condition.notify();
  }
  assertEquals(await child.join(LONG), 0);
  assertEquals(state.value, 4);
});

testBoth(
  "Condition.waitFor() times out though it is notified meanwhile",
  async (kind) => {
    const condition = new Condition();
    const state = new SharedValue("i32", 0);
    const sleeping = new Semaphore(0);
    const child = start(
      kind,
      fromModule<Targets["waitInVain"]>(TARGETS, "waitInVain"),
      condition,
      state,
      sleeping,
    );
    await sleeping.acquire(LONG);
    for (let n = 0; n < 3; n++) {
      using _guard = await condition.acquire();
      state.add(1);
      condition.notify();
    }
    assertEquals(await child.join(LONG), 5);
  },
);

testBoth(
  "Condition.wait() is over by a notification, a timeout or an abort, and says which",
  async (kind) => {
    const condition = new Condition();
    using _guard = await condition.acquire();
    for (const timeout of [0, 30]) {
      await assertRejects(
        () => condition.wait({ timeout }),
        DOMException,
        `timed out after ${timeout} ms`,
      );
    }
    const child = start(kind, async (condition: Condition) => {
      using _guard = await condition.acquire();
      condition.notify();
    }, condition);
    assertEquals(await condition.wait(LONG), undefined);
    assertEquals(await child.join(), 0);
    const controller = new AbortController();
    const waiting = condition.wait({ signal: controller.signal });
    const reason = new Error("interrupted");
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
    assertEquals(condition.lock.locked, true);
  },
);
