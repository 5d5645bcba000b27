// Semaphores and locks whose holders and waiters are killed at any moment. STRESS_SECONDS says how
// long all of it takes.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { BoundedSemaphore, RLock, RWLock, Semaphore } from "../../sync/mod.ts";
import {
  delay,
  goesOn,
  killBusy,
  pause,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import {
  crowd,
  type Form,
  Inside,
  start,
  take,
} from "../fixtures/sync/holders.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing();

const PERMITS = 3;
/** For each. */
const SECONDS = STRESS_SECONDS / 4;

interface Case {
  readonly name: string;
  readonly object: Semaphore | RLock | RWLock;
  readonly forms: Form[];
  /** How many may be inside at once. */
  readonly most: number;
  /** Throws if not everything is free. */
  readonly checkFree: () => void;
}

function caseOf(semaphore: Semaphore): Case {
  return {
    name: semaphore.constructor.name,
    object: semaphore,
    forms: ["acquire", "acquireSync"],
    most: PERMITS,
    checkFree: () => {
      assertEquals(semaphore.value, PERMITS);
      const all = Array.from({ length: PERMITS }, () => semaphore.tryAcquire());
      assert(all.every((guard) => guard !== undefined));
      assertEquals(semaphore.tryAcquire(), undefined);
    },
  };
}

const rLock = new RLock();
const rwLock = new RWLock();
const CASES: Case[] = [
  caseOf(new Semaphore(PERMITS)),
  caseOf(new BoundedSemaphore(PERMITS)),
  {
    name: "RLock",
    object: rLock,
    forms: ["acquire", "acquireSync"],
    most: 1,
    checkFree: () => {
      assertEquals(rLock.locked, false);
      rLock.tryAcquire()!.release();
    },
  },
  {
    name: "RWLock",
    object: rwLock,
    forms: ["read", "read", "readSync", "write", "writeSync"],
    most: Infinity,
    checkFree: () => rwLock.tryWrite()!.release(),
  },
];

for (const { name, object, forms, most, checkFree } of CASES) {
  Deno.test(`${name} lets in as many as may be, and is always handed on, whoever is killed`, async () => {
    const said = new Queue<unknown>();
    const directory = Deno.makeTempDirSync();
    const enter = () =>
      start("process", crowd, object, forms, most, directory, said) as Process<
        never
      >;
    const children: Process<never>[] = [];
    const end = performance.now() + SECONDS * 1000;
    const problems: unknown[] = [];
    let rounds = 0;
    let killed = 0;
    let slowest = 0;
    const isGoingOn = () =>
      goesOn(end, killed >= SECONDS && rounds >= 10 * SECONDS);
    const listen = async () => {
      for await (const word of said) {
        if (typeof word === "number") rounds += word;
        else problems.push(word);
      }
    };
    const kill = async () => {
      while (isGoingOn()) {
        while (children.length < PERMITS + 2) children.push(enter());
        await pause(100);
        await killBusy(children.splice(random(children.length), 1)[0]);
        killed++;
      }
    };
    const inside = new Inside(directory);
    // Who blocks here cannot kill.
    const asyncForms = forms.filter((form) => !form.endsWith("Sync"));
    const takePart = async () => {
      while (isGoingOn()) {
        const form = asyncForms[random(asyncForms.length)];
        const begin = performance.now();
        const guard = await take(object, form, { timeout: 10_000 });
        slowest = Math.max(slowest, performance.now() - begin);
        const problem = inside.enter(form, most);
        if (problem !== undefined) problems.push(problem);
        inside.leave();
        guard.release();
        rounds++;
        await delay(random(5));
      }
    };
    try {
      const listening = listen();
      await Promise.all([kill(), takePart()]);
      await Promise.all(children.map(killBusy));
      said.close();
      await listening;
      checkFree();
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
    assertEquals(problems, []);
    assert(killed >= SECONDS, `${killed} killed`);
    assert(rounds >= 10 * SECONDS, `${rounds} rounds`);
    // A second to hand it on, and whoever else is before us in a machine that is busy.
    assert(slowest < 4_000, `handed on after ${slowest} ms`);
    console.log(
      `${rounds} rounds, ${killed} killed, slowest ${Math.round(slowest)} ms`,
    );
  });
}
