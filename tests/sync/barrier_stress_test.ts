// A barrier whose parties are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Barrier, Event } from "../../sync/mod.ts";
import {
  delay,
  goesOn,
  killBusy,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import {
  goRoundForever,
  startProcess,
  startThread,
} from "../fixtures/sync/together_stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

const PARTIES = 4;

Deno.test("Barrier tells all others when a party is killed, and lets each go as often", async () => {
  const barrier = new Barrier(PARTIES);
  const again = new Event();
  const said = new Queue<[string, string, number[]]>();
  const start = () => startProcess(goRoundForever, barrier, said, again);
  const thread = startThread(goRoundForever, barrier, said, again);
  const children: Process[] = [];
  const ready = new Set<string>();
  const areReady = () =>
    [Deno, ...children].every(({ pid }) => ready.has(String(pid)));
  const end = performance.now() + STRESS_SECONDS * 1000;
  let killed = 0;
  let rounds = 0;
  let slowest = 0;
  while (
    goesOn(end, killed >= STRESS_SECONDS && rounds >= 10 * STRESS_SECONDS)
  ) {
    while (children.length < PARTIES - 1) children.push(start());
    if (random(4) > 0) {
      // There are no rounds before all have started, which takes some machines long.
      while (!areReady()) {
        const [name, pid] = await said.get({ timeout: 20_000 });
        assertEquals(name, "ready");
        ready.add(pid);
      }
    }
    await delay(random(150));
    const [victim] = children.splice(random(children.length), 1);
    let begin = performance.now();
    const ended = killBusy(victim);
    killed++;
    const own: number[][] = [];
    while (own.length < PARTIES - 1) {
      const [name, message, indices] = await said.get({ timeout: 20_000 });
      if (name === "ready") {
        // Who has only just started cannot have been told before.
        begin = performance.now();
        ready.add(message);
        continue;
      }
      assertEquals([name, message], [
        "BrokenBarrierError",
        "Cannot wait at barrier: barrier is broken as a party has died",
      ]);
      own.push(indices);
    }
    slowest = Math.max(slowest, performance.now() - begin);
    await ended;
    for (const indices of own) assertEquals(indices.length, own[0].length);
    for (let round = 0; round < own[0].length; round++) {
      const each = own.map((indices) => indices[round]);
      assertEquals(new Set(each).size, each.length, `round ${round}: ${each}`);
      assert(each.every((it) => it >= 0 && it < PARTIES));
    }
    rounds += own[0].length;
    barrier.reset();
    again.set();
    again.clear();
  }
  await Promise.all(children.map(killBusy));
  thread.terminate();
  assertEquals(await thread.join(), -15);
  assert(killed >= STRESS_SECONDS, `${killed} killed`);
  assert(rounds >= 10 * STRESS_SECONDS, `${rounds} rounds`);
  // A second to tell them, and what a machine that is busy takes.
  assert(slowest < 4_000, `told after ${slowest} ms`);
});
