// A lock whose holders and waiters are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import { Process, type Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";
import {
  claimFile,
  contend,
  contendAsProcess,
  delay,
  goesOn,
  killBusy,
  pause,
  random,
  startProcess,
  startThread,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

Deno.test("Lock has one holder at a time and is always handed on, whoever is killed", async () => {
  const lock = new Lock();
  const said = new Queue<unknown>();
  const directory = Deno.makeTempDirSync();
  const file = `${directory}/holder`;
  const children: (Process | Thread)[] = [];
  let started = 0;
  const start = () =>
    started++ % 4 === 3
      ? startThread(contend, lock, file, said, `thread ${started}`, true)
      : startProcess(contendAsProcess, lock, file, said);
  const end = performance.now() + STRESS_SECONDS * 1000;
  let killed = 0;
  let rounds = 0;
  let slowest = 0;
  const problems: unknown[] = [];
  const listen = async () => {
    for await (const word of said) {
      if (typeof word === "number") rounds += word;
      else problems.push(word);
    }
  };
  const isGoingOn = () =>
    goesOn(end, killed >= STRESS_SECONDS && rounds >= 100 * STRESS_SECONDS);
  const finish = async (child: Process | Thread) => {
    if (child instanceof Process) await killBusy(child);
    // A thread that is terminated computes on until it pauses, so threads end
    // by themselves here.
    else assertEquals(await child.join(), 0);
  };
  const kill = async () => {
    while (isGoingOn()) {
      while (children.length < 5) children.push(start());
      await pause(120);
      const [victim] = children.splice(random(children.length), 1);
      await finish(victim);
      killed++;
    }
  };
  const takePart = async () => {
    while (isGoingOn()) {
      const begin = performance.now();
      const guard = await lock.acquire({ timeout: 10_000 });
      slowest = Math.max(slowest, performance.now() - begin);
      const problem = claimFile(file, `process ${Deno.pid}`, guard.abandoned);
      if (problem !== undefined) problems.push(problem);
      Deno.removeSync(file);
      guard.release();
      rounds++;
      await delay(random(5));
    }
  };
  try {
    const listening = listen();
    await Promise.all([kill(), takePart()]);
    await Promise.all(children.map(finish));
    said.close();
    await listening;
    (await lock.acquire({ timeout: 10_000 })).release();
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
  assertEquals(problems, []);
  assert(killed >= STRESS_SECONDS, `${killed} killed`);
  assert(rounds >= 100 * STRESS_SECONDS, `${rounds} rounds`);
  // A second to hand it on, and whoever else is before us in a machine that is busy.
  assert(slowest < 4_000, `handed on after ${slowest} ms`);
  console.log(
    `${rounds} rounds, ${killed} killed, slowest ${Math.round(slowest)} ms`,
  );
});
