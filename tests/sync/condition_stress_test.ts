// A condition whose waiters are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import { Process, type Thread } from "../../process/mod.ts";
import { Condition, Lock, SharedValue } from "../../sync/mod.ts";
import { delay, random, STRESS_SECONDS } from "../fixtures/messages/stress.ts";
import {
  consume,
  startProcess,
  startThread,
} from "../fixtures/sync/together_stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

/** Milliseconds after which who waits looks whether somebody has died with the lock. */
const LOOK_MS = 300;

Deno.test("Condition loses no notification, whoever is killed", async () => {
  const lock = new Lock();
  const notEmpty = new Condition(lock);
  const taken = new Condition(lock);
  const count = new SharedValue("i32", 0, { lock: false });
  const over = new SharedValue("i32", 0, { lock: false });
  const start = () => startProcess(consume, notEmpty, taken, count, over);
  const children: (Process | Thread)[] = [
    startThread(consume, notEmpty, taken, count, over),
  ];
  const end = performance.now() + STRESS_SECONDS * 1000;
  const problems: string[] = [];
  let killed = 0;
  let rounds = 0;
  const kill = async () => {
    while (performance.now() < end) {
      while (children.length < 5) children.push(start());
      await delay(random(100));
      const index = 1 + random(children.length - 1);
      const [victim] = children.splice(index, 1);
      (victim as Process).kill();
      await victim.join();
      killed++;
    }
  };
  /** Puts one, tells one, and waits until somebody has taken it. */
  const produce = async () => {
    using guard = await lock.acquire({ timeout: 10_000 });
    // What is left by one that has died before it could tell.
    if (count.value === 0) count.value++;
    notEmpty.notify();
    const begin = performance.now();
    for (let isLate = true; isLate;) {
      try {
        await taken.waitFor(() => count.value === 0, { timeout: LOOK_MS });
        isLate = false;
      } catch (error) {
        if ((error as Error).name !== "TimeoutError") throw error;
        // It was told and had the lock when it died: nobody else is told by that.
        if (guard.abandoned) notEmpty.notifyAll();
        else if (performance.now() - begin > 5_000) {
          problems.push(`nobody has taken number ${rounds}`);
          return;
        }
      }
    }
    rounds++;
  };
  const take = async () => {
    while (performance.now() < end && problems.length === 0) await produce();
  };
  await Promise.all([kill(), take()]);
  over.value = 1;
  for (const child of children) {
    if (child instanceof Process) child.kill();
  }
  // Until the thread has heard of it, which may be between two waits.
  const [thread] = children;
  while (thread.isAlive()) {
    const guard = await lock.acquire({ timeout: 10_000 });
    notEmpty.notifyAll();
    guard.release();
    await delay(5);
  }
  for (const child of children) await child.join();
  assertEquals(problems, []);
  assert(killed >= 2 * STRESS_SECONDS, `${killed} killed`);
  assert(rounds >= 50 * STRESS_SECONDS, `${rounds} rounds`);
});
