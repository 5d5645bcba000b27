// After CPython's _TestBarrier.

import { assert, assertEquals } from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Barrier, Lock, SharedValue } from "../../sync/mod.ts";
import * as parties from "../fixtures/conformance/barrier_parties.ts";
import {
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

const MODULE = new URL(
  "../fixtures/conformance/barrier_parties.ts",
  import.meta.url,
);
const PARTIES = 5;
const TIMEOUT = 60_000;

const count = () => new SharedValue("i32", 0);
const valuesOf = (...counts: parties.Count[]) =>
  counts.map(({ value }) => value);

/** Starts children that take part. */
function startParties<A extends unknown[]>(
  kind: Kind,
  number: number,
  party: (...args: A) => unknown,
  ...args: A
) {
  return Array.from(
    { length: number },
    () => start(kind, fromModule<typeof party>(MODULE, party.name), ...args),
  );
}

/** Lets all parties do the same, one of them here. */
async function runParties<A extends unknown[]>(
  kind: Kind,
  party: (...args: A) => unknown,
  ...args: A
) {
  const children = startParties(kind, PARTIES - 1, party, ...args);
  await party(...args);
  for (const child of children) assertEquals(await child.join(LONG), 0);
}

async function passInLockstep(kind: Kind, passes: number) {
  const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
  const [before, after] = [count(), count()];
  await runParties(kind, parties.multipass, barrier, before, after, passes);
  const all = passes * PARTIES;
  assertEquals(valuesOf(before, after), [all, all]);
  assertEquals([barrier.waiting, barrier.broken], [0, false]);
}

testBoth(
  "Barrier lets its parties pass in lockstep",
  (kind) => passInLockstep(kind, 1),
);

testBoth(
  "Barrier lets its parties pass in lockstep ten times",
  (kind) => passInLockstep(kind, 10),
);

testBoth(
  "Barrier.wait() gives each party an index of its own",
  async (kind) => {
    const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
    const queue = new Queue<number>();
    await runParties(kind, parties.putIndex, barrier, queue);
    const indices: number[] = [];
    while (!queue.isEmpty()) indices.push(await queue.get());
    assertEquals(indices.toSorted(), [0, 1, 2, 3, 4]);
  },
);

testBoth(
  "Barrier does its action once, before any party goes on",
  async (kind) => {
    const barrier = parties.createWithAction(PARTIES, TIMEOUT);
    const actions = count();
    await runParties(kind, parties.passWithAction, barrier, actions);
    assertEquals(actions.value, 1);
  },
);

testBoth("Barrier.abort() breaks it for all who wait", async (kind) => {
  const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
  const [passed, broken] = [count(), count()];
  await runParties(kind, parties.abort, barrier, passed, broken);
  assertEquals(valuesOf(passed, broken), [0, PARTIES - 1]);
  assertEquals(barrier.broken, true);
});

testBoth(
  "Barrier.reset() sends those away who wait, and all can come again",
  async (kind) => {
    const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
    const [passed, broken, again] = [count(), count(), count()];
    await runParties(kind, parties.reset, barrier, passed, broken, again);
    assertEquals(valuesOf(passed, broken, again), [0, PARTIES - 1, PARTIES]);
    assertEquals(barrier.broken, false);
  },
);

testBoth("Barrier that was broken works again after reset()", async (kind) => {
  const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
  const other = new Barrier(PARTIES, { timeout: TIMEOUT });
  const [passed, broken, again] = [count(), count(), count()];
  const counts = [passed, broken, again] as const;
  await runParties(kind, parties.abortAndReset, barrier, other, ...counts);
  assertEquals(valuesOf(...counts), [0, PARTIES - 1, PARTIES]);
});

/** One is late: who waits too long for it is told so, and the others that it is broken. */
async function breakInTime(kind: Kind, barrier: Barrier, timeout?: number) {
  const [late, broken] = [count(), count()];
  await runParties(kind, parties.beLate, barrier, late, broken, timeout);
  assertEquals(late.value + broken.value, PARTIES);
  // The one that is late is among those.
  assert(late.value >= 1 && broken.value >= 1, `${valuesOf(late, broken)}`);
  assertEquals(barrier.broken, true);
}

testBoth(
  "Barrier.wait() with a timeout breaks it for all, when one is late",
  async (kind) => {
    const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
    await breakInTime(kind, barrier, 60);
  },
);

testBoth(
  "Barrier with a timeout breaks for all, when one is late",
  async (kind) => {
    const barrier = new Barrier(PARTIES, { timeout: 60 });
    await breakInTime(kind, barrier);
  },
);

Deno.test("Barrier of one party lets it pass", async () => {
  const barrier = new Barrier(1);
  assertEquals([await barrier.wait(), barrier.waitSync()], [0, 0]);
});

testBoth("Barrier lets nobody get ahead in a thousand rounds", async (kind) => {
  const barrier = new Barrier(PARTIES, { timeout: TIMEOUT });
  const [reader, writer] = new Pipe<number>({ duplex: false });
  const passes = 1000;
  const children = startParties(
    kind,
    PARTIES,
    parties.sendRounds,
    barrier,
    passes,
    writer,
    new Lock(),
  );
  for (let round = 0; round < passes; round++) {
    for (let n = 0; n < PARTIES; n++) {
      const sent = await reader.recv(LONG);
      assert(sent === round, `${sent} came in round ${round}`);
    }
  }
  for (const child of children) assertEquals(await child.join(), 0);
});
