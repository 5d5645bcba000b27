// A queue whose producers and consumers are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import { type Connection, Pipe } from "../../pipe/mod.ts";
import type { Process, Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import {
  getForever,
  goesOn,
  killBusy,
  pause,
  putForever,
  random,
  startProcess,
  startThread,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

Deno.test("Queue tears, doubles and loses nothing but what a killed consumer had", () =>
  stress(startProcess, killBusy));

Deno.test("Queue tears, doubles and loses nothing but what a terminated thread had", () =>
  stress(startThread, async (victim) => {
    victim.terminate();
    assertEquals(await victim.join(), -15);
  }));

async function stress<Child extends Process | Thread>(
  start: <A extends unknown[]>(
    target: (...args: A) => unknown,
    ...args: A
  ) => Child,
  kill: (child: Child) => Promise<void>,
) {
  const queue = new Queue<unknown>({ maxSize: 100 });
  const results = new Queue<unknown>();
  const ends: Connection<unknown>[] = [];
  const producers: Child[] = [];
  const consumers: Child[] = [];
  const produce = () => {
    const [ours, theirs] = new Pipe<unknown>();
    ends.push(ours);
    return start(putForever, queue, ends.length, theirs);
  };
  const counts = new Map<string, number>();
  const tops = new Map<number, number>();
  let torn = 0;
  const listen = async () => {
    for await (const result of results) {
      const [id, n, whole] = result as [number, number, boolean];
      if (!whole) torn++;
      counts.set(`${id} ${n}`, (counts.get(`${id} ${n}`) ?? 0) + 1);
      tops.set(id, Math.max(tops.get(id) ?? -1, n));
    }
  };
  const listening = listen();
  const end = performance.now() + STRESS_SECONDS * 1000;
  let killedConsumers = 0;
  let killed = 0;
  while (goesOn(end, killed >= STRESS_SECONDS)) {
    while (producers.length < 2) producers.push(produce());
    while (consumers.length < 2) {
      consumers.push(start(getForever, queue, results));
    }
    await pause(150);
    const group = random(2) === 0 ? producers : consumers;
    const [victim] = group.splice(random(group.length), 1);
    await kill(victim);
    killed++;
    if (group === consumers) killedConsumers++;
  }
  // There must be consumers until all producers have put their last.
  while (consumers.length < 2) {
    consumers.push(start(getForever, queue, results));
  }
  for (const each of ends) each.close();
  for (const each of producers) {
    assertEquals(await each.join({ timeout: 30_000 }), 0);
  }
  queue.close();
  for (const each of consumers) {
    assertEquals(await each.join({ timeout: 30_000 }), 0);
  }
  assertEquals([queue.size, queue.isEmpty()], [0, true]);
  results.close();
  await listening;

  const doubled = [...counts].filter(([, count]) => count > 1);
  let missing = 0;
  for (const [id, top] of tops) {
    for (let n = 0; n < top; n++) if (!counts.has(`${id} ${n}`)) missing++;
  }
  console.log(
    `${counts.size} items, ${killed} killed, ${missing} of ${killedConsumers} gone with a consumer`,
  );
  assertEquals({ torn, doubled }, { torn: 0, doubled: [] });
  assert(
    missing <= killedConsumers,
    `${missing} lost, ${killedConsumers} consumers killed`,
  );
  assert(killed >= STRESS_SECONDS, `${killed} killed`);
}
