// A joinable queue whose consumers are killed with items in their hands. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import { wait } from "../../pipe/mod.ts";
import { Process, type Thread } from "../../process/mod.ts";
import { JoinableQueue, Queue } from "../../queue/mod.ts";
import {
  delay,
  goesOn,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import {
  multiply,
  start,
  workAndDie,
  workAndReturn,
} from "../fixtures/messages/waits.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

Deno.test("JoinableQueue.join() returns neither early nor late, whoever is killed", async () => {
  const queue = new JoinableQueue<unknown>();
  const done = new Queue<unknown>();
  const children: (Process<unknown[]> | Thread<unknown[]>)[] = [];
  let started = 0;
  let died = 0;
  let over = false;
  const begin = () =>
    started++ % 4 === 3
      ? start("thread", workAndReturn, queue, done, 100)
      : start("process", workAndDie, queue, done, 60);
  const replace = async () => {
    while (!over) {
      while (children.length < 4) children.push(begin() as never);
      for (const ended of await wait(children, { timeout: 100 })) {
        children.splice(children.indexOf(ended), 1);
        died++;
      }
    }
  };
  const kill = async () => {
    while (!over) {
      await delay(random(60));
      const victim = children[random(children.length)];
      if (victim instanceof Process && victim.isAlive()) victim.kill();
    }
  };
  const replacing = [replace(), kill()];
  const end = performance.now() + STRESS_SECONDS * 1000;
  let rounds = 0;
  let put = 0;
  let reported = 0;
  let slowest = 0;
  const early: unknown[] = [];
  while (
    goesOn(end, died >= STRESS_SECONDS && rounds >= 20 * STRESS_SECONDS)
  ) {
    const count = random(8);
    for (let n = 0; n < count; n++) await queue.put(rounds);
    put += count;
    const start = performance.now();
    if (rounds % 20 === 0) queue.tryJoin();
    await queue.join({ timeout: 20_000 });
    slowest = Math.max(slowest, performance.now() - start);
    assertEquals(queue.size, 0);
    for (let it = done.tryGet(); it.ok; it = done.tryGet()) {
      reported++;
      // What comes after its round was not waited for.
      if (it.value !== rounds) early.push([it.value, rounds]);
    }
    rounds++;
  }
  over = true;
  await Promise.all(replacing);
  for (const child of children) child.terminate();
  for (const child of children) await child.join();
  const lost = put - reported;
  console.log(
    `${rounds} rounds, ${died} died, ${lost} of ${put} items lost, slowest ${
      Math.round(slowest)
    } ms`,
  );
  assertEquals(early, []);
  assert(lost <= died, `${lost} lost, ${died} died`);
  assert(died >= STRESS_SECONDS, `${died} died`);
  assert(rounds >= 20 * STRESS_SECONDS, `${rounds} rounds`);
  // A second to notice a death, and whoever else is before us in a machine that is busy.
  assert(slowest < 4_000, `joined after ${slowest} ms`);
});

Deno.test("JoinableQueue is never joined while an item that was put by a consumer is unfinished", async () => {
  const queue = new JoinableQueue<number>();
  const done = new Queue<unknown>();
  const consumers = (["process", "thread", "process"] as const).map((kind) =>
    start(kind, multiply, queue, done)
  );
  const end = performance.now() + STRESS_SECONDS * 500;
  let rounds = 0;
  while (goesOn(end, rounds >= 20 * STRESS_SECONDS)) {
    const n = random(16);
    await queue.put(n);
    if (rounds % 3 === 0) await queue.join({ timeout: 20_000 });
    // Looks as often as it can.
    else while (!queue.tryJoin()) if (random(50) === 0) await delay(0);
    assertEquals([done.size, queue.size], [weightOf(n), 0]);
    for (let left = weightOf(n); left > 0; left--) done.getSync();
    rounds++;
  }
  queue.close();
  for (const each of consumers) assertEquals(await each.join(), 0);
  console.log(`${rounds} rounds`);
  assert(rounds >= 20 * STRESS_SECONDS, `${rounds} rounds`);
});

/** How many items come of one. */
function weightOf(n: number): number {
  return 1 + (n > 0 ? weightOf(n - 1) : 0) + (n > 5 ? weightOf(n - 5) : 0);
}
