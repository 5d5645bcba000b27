// What processes cost beside threads, for `docs/processes-or-threads.md`: milliseconds, microseconds
// and megabytes, as `process start` and `thread start`. Linux only.

import {
  Pool,
  Process,
  Queue,
  type Target,
  Thread,
  ThreadPool,
} from "@parallel/multiprocessing";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.ts";

const SAMPLES = QUICK ? 3 : 9;
const TRIPS = 500;
const TASKS = 20_000;
const IDLE = 8;

export function nothing() {}

export async function echo(from: Queue<unknown>, to: Queue<unknown>) {
  for await (const value of from) await to.put(value);
}

/** Says how much memory its process has, in megabytes, and stays. */
export async function stay(sizes: Queue<number>, end: Queue<unknown>) {
  await sizes.put(privateMegabytes());
  await end.get().catch(() => {});
}

/** Megabytes that no other process has, too. */
function privateMegabytes(): number {
  const text = Deno.readTextFileSync("/proc/self/smaps_rollup");
  const sizes = text.matchAll(/^Private_\w+: +(\d+) kB$/gm);
  return [...sizes].reduce((sum, [, size]) => sum + Number(size), 0) *
    1024 / 1e6;
}

/** Milliseconds that something takes, or each of so many in a row. */
async function time(
  run: () => Promise<unknown>,
  count = 1,
): Promise<number> {
  const begin = performance.now();
  for (let n = 0; n < count; n++) await run();
  return (performance.now() - begin) / count;
}

type Child = typeof Process | typeof Thread;

function start<A extends unknown[]>(
  Kind: Child,
  target: Target<A>,
  ...args: A
): Process | Thread {
  const child = Kind === Process
    ? new Process({ target, args })
    : new Thread({ target, args });
  child.start();
  return child;
}

async function measureMessages(Kind: Child) {
  const [from, to] = [new Queue<unknown>(), new Queue<unknown>()];
  const child = start(Kind, echo, from, to);
  const roundTrip = async (value: unknown) => {
    await from.put(value);
    await to.get();
  };
  const large = new Float64Array(1_000_000);
  const figures = {
    small: await sample(
      SAMPLES,
      async () => await time(() => roundTrip(0), TRIPS) * 1e3,
    ),
    large: await sample(SAMPLES, () => time(() => roundTrip(large))),
  };
  from.close();
  await child.join();
  return figures;
}

/** How much more memory there is for each that is there, too. */
async function measureMemory(Kind: Child): Promise<number[]> {
  const [sizes, end] = [new Queue<number>(), new Queue<unknown>()];
  const idle: (Process | Thread)[] = [];
  const seen: number[] = [];
  while (idle.length < IDLE) {
    idle.push(start(Kind, stay, sizes, end));
    seen.push(await sizes.get());
  }
  end.close();
  for (const child of idle) await child.join();
  if (Kind === Process) return seen;
  // The first ones fill what the process has kept.
  return [(seen.at(-1)! - seen[1]!) / (IDLE - 2)];
}

async function measurePool(Kind: typeof Pool | typeof ThreadPool) {
  await using pool = new Kind(2);
  const apply = () => pool.apply(nothing);
  return {
    apply: await sample(SAMPLES, async () => await time(apply, TRIPS) * 1e3),
    tasks: await sample(
      SAMPLES,
      async () => TASKS / await tasksPerSecond(TASKS, apply) * 1e3,
    ),
  };
}

async function measureAll(
  kind: string,
  Kind: Child,
  PoolKind: typeof Pool | typeof ThreadPool,
): Promise<Record<string, number[]>> {
  const figures = {
    start: await sample(
      SAMPLES,
      () => time(() => start(Kind, nothing).join()),
    ),
    ...await measureMessages(Kind),
    memory: await measureMemory(Kind),
    ...await measurePool(PoolKind),
  };
  return Object.fromEntries(
    Object.entries(figures).map(([name, all]) => [`${kind} ${name}`, all]),
  );
}

if (import.meta.main) {
  if (Deno.build.os === "linux") {
    report({
      ...await measureAll("process", Process, Pool),
      ...await measureAll("thread", Thread, ThreadPool),
    });
  } else {
    report({});
  }
}
