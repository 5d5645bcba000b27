// A pool at work whose workers are killed at any moment. STRESS_SECONDS says how long, or
// POOL_KILLS how many are killed.

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Pool, WorkerDiedError } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { SharedArray } from "../../sync/mod.ts";
import {
  delay,
  goesOn,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import type * as Tasks from "../fixtures/pool/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing();

type Counters = Tasks.Counters;

const TASKS = new URL("../fixtures/pool/stress.ts", import.meta.url);
const keepCounters = fromModule<typeof Tasks.keepCounters>(
  TASKS,
  "keepCounters",
);
const count = fromModule<typeof Tasks.count>(TASKS, "count");
const countAndReturn = fromModule<typeof Tasks.countAndReturn>(
  TASKS,
  "countAndReturn",
);

const SIZE = 4;
const KILLS = Number(Deno.env.get("POOL_KILLS") ?? 0);
const ROUND_MS = 1_000;
/** Milliseconds between two kills at most: few come to work in the one case, most in the other. */
const PAUSES_MS = [80, 600];
const MOST_TASKS = 50_000;
const RETRIES = 3;

/** What came of the tasks of a round. */
interface Round {
  /** Tasks by number: how often each was settled. */
  readonly settled: Int32Array;
  /** Numbers of the tasks that gave a result. */
  readonly done: Set<number>;
  /** Numbers of those that may be begun again. */
  readonly retried: Set<number>;
  next: number;
}

sharedTest(
  "bytes",
  "Pool settles every task once and keeps its size, whoever is killed",
  async () => {
    const counters: Counters = {
      begun: new SharedArray("i32", MOST_TASKS),
      ended: new SharedArray("i32", MOST_TASKS),
    };
    await using pool = new Pool(SIZE, {
      initializer: keepCounters,
      initArgs: [counters],
    });
    const started = performance.now();
    const total = { killed: 0, done: 0, died: 0, slowest: 0 };
    const isGoingOn = () =>
      KILLS > 0 ? total.killed < KILLS : goesOn(
        started + STRESS_SECONDS * 1000,
        total.killed >= 2 * STRESS_SECONDS && pool.stats().failed > 0,
      );
    while (isGoingOn()) {
      const round: Round = {
        settled: new Int32Array(MOST_TASKS),
        done: new Set(),
        retried: new Set(),
        next: 0,
      };
      counters.begun.array.fill(0);
      counters.ended.array.fill(0);
      const end = performance.now() + ROUND_MS;
      const inTime = () => performance.now() < end;
      const [killed, ...slowest] = await Promise.all([
        killAnyOf(pool, PAUSES_MS[random(PAUSES_MS.length)], inTime),
        ...someOf(SUBMITTERS).map((submit) =>
          repeat(() => submit(pool, counters, round), inTime)
        ),
      ]);
      total.killed += killed;
      total.slowest = Math.max(total.slowest, ...slowest);
      total.done += round.done.size;
      total.died += check(counters, round, killed);
      await checkSize(pool);
      if (KILLS > 0) console.log(JSON.stringify(total));
    }
    const { queued, running, done, failed, workers } = pool.stats();
    assertEquals({ queued, running, size: workers.length }, {
      queued: 0,
      running: 0,
      size: SIZE,
    });
    assert(done > 0 && failed > 0, `${done} done, ${failed} failed`);
    pool.close();
    await pool.join();
    assert(total.killed >= 2 * STRESS_SECONDS, `${total.killed} killed`);
    // A worker takes its time to come up where all processors are busy.
    assert(
      KILLS > 0 || total.slowest < 20_000,
      `a task took ${total.slowest} ms`,
    );
    console.log(
      `${total.done} done, ${total.killed} killed, ${total.died} tasks died, slowest ${
        Math.round(total.slowest)
      } ms`,
    );
  },
);

/** Kills workers: mostly one, sometimes all at once, while they start or work or rest. */
async function killAnyOf(
  pool: Pool,
  pauseMs: number,
  goesOn: () => boolean,
): Promise<number> {
  let killed = 0;
  while (goesOn()) {
    await delay(random(pauseMs));
    const { workers } = pool.stats();
    const all = random(20) === 0;
    const victims = all ? workers : [workers[random(workers.length)]];
    for (const { pid } of victims) {
      try {
        Deno.kill(pid!, "SIGKILL");
        killed++;
      } catch (error) {
        // It was killed before, and nobody has noticed yet.
        assertInstanceOf(error, Deno.errors.NotFound);
      }
    }
  }
  return killed;
}

/** Does something again and again; the most milliseconds that it took. */
async function repeat(
  run: () => Promise<void>,
  goesOn: () => boolean,
): Promise<number> {
  let slowest = 0;
  while (goesOn()) {
    const begin = performance.now();
    await run();
    slowest = Math.max(slowest, performance.now() - begin);
  }
  return slowest;
}

type Submit = (pool: Pool, counters: Counters, round: Round) => Promise<void>;

const SUBMITTERS: Submit[] = [
  async (pool, _, round) => {
    const [n] = take(round, 1);
    await settle(round, n, pool.apply(count, [n]));
  },
  async (pool, counters, round) => {
    const [n] = take(round, 1);
    const result = pool.apply(countAndReturn, [counters, n]);
    await settle(round, n, result.then(([n]) => n));
  },
  async (pool, _, round) => {
    const numbers = take(round, random(60) + 1);
    await Promise.all(numbers.map((n) => {
      round.retried.add(n);
      const options = { retries: RETRIES, priority: n % 3 };
      return settle(round, n, pool.applyAsync(count, [n], options));
    }));
  },
  async (pool, _, round) => {
    const [n] = take(round, 1);
    await settle(round, n, pool.apply(count, [n], { timeout: 60_000 }));
  },
  async (pool, _, round) => {
    const numbers = take(round, random(40) + 1);
    let results: number[] | undefined;
    try {
      results = await pool.map(count, numbers);
    } catch (error) {
      assertInstanceOf(error, WorkerDiedError);
    }
    for (const n of numbers) round.settled[n]++;
    if (results === undefined) return;
    assertEquals(results, numbers);
    for (const n of numbers) round.done.add(n);
  },
  async (pool, _, round) => {
    const numbers = take(round, random(80) + 1);
    const chunkSize = random(2) === 0 ? 1 : undefined;
    const results = pool.imapUnordered(count, numbers, { chunkSize });
    for (const each of numbers) {
      try {
        const { value, done } = await results.next();
        assertEquals(done, false);
        round.settled[value]++;
        round.done.add(value);
      } catch (error) {
        assertInstanceOf(error, WorkerDiedError, `${each}`);
      }
    }
    assertEquals((await results.next()).done, true);
    for (const n of numbers) {
      if (round.settled[n] === 0) round.settled[n]++;
    }
  },
];

function take(round: Round, count: number): number[] {
  const numbers = Array.from({ length: count }, () => round.next++);
  assert(round.next <= MOST_TASKS);
  return numbers;
}

async function settle(
  round: Round,
  n: number,
  result: PromiseLike<number>,
): Promise<void> {
  try {
    assertEquals(await result, n);
    round.done.add(n);
  } catch (error) {
    assertInstanceOf(error, WorkerDiedError);
    assertEquals((error as WorkerDiedError).signal, "SIGKILL");
  }
  round.settled[n]++;
}

/** All, or one, or some: where many submit, something always waits, which hides what happens else. */
function someOf<T>(all: readonly T[]): readonly T[] {
  const some = all.filter(() => random(all.length) < 2);
  return random(3) === 0 || some.length === 0 ? all : some;
}

/** Whether all was done as the callers know it; gives the number of tasks that were not done. */
function check(
  { begun, ended }: Counters,
  round: Round,
  killed: number,
): number {
  let died = 0;
  let again = 0;
  for (let n = 0; n < round.next; n++) {
    const [began, came] = [begun.array[n], ended.array[n]];
    const about = `task ${n}: begun ${began}, ended ${came}`;
    assertEquals(round.settled[n], 1, about);
    assert(began <= (round.retried.has(n) ? 1 + RETRIES : 1), about);
    if (round.done.has(n)) assert(came >= 1, about);
    else died++;
    again += Math.max(0, began - 1);
  }
  assert(again <= killed, `${again} begun again, ${killed} killed`);
  return died;
}

async function checkSize(pool: Pool): Promise<void> {
  const end = performance.now() + 10_000;
  while (pool.stats().workers.length !== SIZE) {
    assert(performance.now() < end, `${pool.stats().workers.length} workers`);
    await delay(10);
  }
}
