// A condition whose waiters are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Condition, Lock, SharedValue } from "../../sync/mod.ts";
import {
  delay,
  goesOn,
  killBusy,
  pause,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import {
  consume,
  startProcess,
  startThread,
} from "../fixtures/sync/together_stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

/** Milliseconds after which who waits looks whether somebody has died with the lock. */
const LOOK_MS = 300;
/** Milliseconds that one after the other may be told, die, and leave it to the next. */
const PATIENCE_MS = 5_000;

Deno.test("Condition loses no notification, whoever is killed", async () => {
  const lock = new Lock();
  const notEmpty = new Condition(lock);
  const taken = new Condition(lock);
  const count = new SharedValue("i32", 0, { lock: false });
  const over = new SharedValue("i32", 0, { lock: false });
  const children: Process[] = [];
  // It always waits, so that there is somebody to be told.
  const thread = startThread(consume, notEmpty, taken, count, over, false);
  const end = performance.now() + STRESS_SECONDS * 1000;
  const problems: string[] = [];
  let killed = 0;
  let rounds = 0;
  const isGoingOn = () =>
    goesOn(
      end,
      killed >= 2 * STRESS_SECONDS && rounds >= 10 * STRESS_SECONDS,
    );
  const kill = async () => {
    while (isGoingOn()) {
      while (children.length < 4) {
        children.push(
          startProcess(consume, notEmpty, taken, count, over, true),
        );
      }
      await pause(100);
      const [victim] = children.splice(random(children.length), 1);
      await killBusy(victim);
      killed++;
    }
  };
  /** Puts one, tells one, and waits until somebody has taken it. */
  const produce = async (isFirst: boolean) => {
    using guard = await lock.acquire({ timeout: 10_000 });
    count.value = 1;
    notEmpty.notify();
    // Whoever is killed now was perhaps told, and has not got the lock.
    if (random(2) === 0) await delay(random(30));
    const begin = performance.now();
    while (performance.now() - begin < PATIENCE_MS) {
      try {
        await taken.waitFor(() => count.value === 0, { timeout: LOOK_MS });
        rounds++;
        return;
      } catch (error) {
        if ((error as Error).name !== "TimeoutError") throw error;
        // One that was told and had the lock when it died leaves nothing to others.
        if (guard.abandoned || isFirst) notEmpty.notify();
      }
    }
    problems.push(`nobody has taken number ${rounds}`);
  };
  const take = async () => {
    await produce(true);
    while (isGoingOn() && problems.length === 0) {
      await produce(false);
    }
  };
  await Promise.all([kill(), take()]);
  over.value = 1;
  await Promise.all(children.map(killBusy));
  {
    using _guard = await lock.acquire({ timeout: 10_000 });
    notEmpty.notifyAll();
  }
  assertEquals(await thread.join({ timeout: 10_000 }), 0);
  assertEquals(problems, []);
  assert(killed >= 2 * STRESS_SECONDS, `${killed} killed`);
  assert(rounds >= 10 * STRESS_SECONDS, `${rounds} rounds`);
});
