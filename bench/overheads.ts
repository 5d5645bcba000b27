/**
 * Measures what processes cost beside threads, for `docs/processes-or-threads.md`:
 * `deno task with-std run -A bench/overheads.ts`.
 *
 * @module
 */

import {
  Pool,
  Process,
  Queue,
  type Target,
  Thread,
  ThreadPool,
} from "@parallel/multiprocessing";

const ROUNDS = 15;
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
  return [...sizes].reduce((sum, [, size]) => sum + Number(size), 0) / 1_000;
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The shortest of several times: what else the machine does only adds to it. */
async function repeat(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await time(run));
  return Math.min(...times);
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

async function measureChildren(Kind: Child): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  figures["start and join (ms)"] = await repeat(() =>
    start(Kind, nothing).join()
  );

  const from = new Queue<unknown>();
  const to = new Queue<unknown>();
  const child = start(Kind, echo, from, to);
  const roundTrip = async (value: unknown) => {
    await from.put(value);
    await to.get();
  };
  await roundTrip(0);
  figures["small message there and back (µs)"] = await repeat(async () => {
    for (let trip = 0; trip < TRIPS; trip++) await roundTrip(trip);
  }) / TRIPS * 1_000;
  const large = new Float64Array(1_000_000);
  figures["8 MB there and back (ms)"] = await repeat(() => roundTrip(large));
  from.close();
  await child.join();

  const sizes = new Queue<number>();
  const end = new Queue<unknown>();
  const idle: (Process | Thread)[] = [];
  const seen: number[] = [];
  while (idle.length < IDLE) {
    idle.push(start(Kind, stay, sizes, end));
    seen.push(await sizes.get());
  }
  figures["memory of its own (MB)"] = Kind === Process
    ? seen[0]!
    // The first ones fill what the process has kept.
    : (seen.at(-1)! - seen[1]!) / (IDLE - 2);
  end.close();
  for (const child of idle) await child.join();
  return figures;
}

async function measurePool(
  Kind: typeof Pool | typeof ThreadPool,
): Promise<Record<string, number>> {
  await using pool = new Kind(2);
  await pool.map(nothing, [0, 0]);
  return {
    "awaited call of a pool (µs)": await repeat(async () => {
      for (let trip = 0; trip < TRIPS; trip++) await pool.apply(nothing);
    }) / TRIPS * 1_000,
    "20,000 tiny tasks (ms)": await repeat(() =>
      Promise.all(Array.from({ length: TASKS }, () => pool.apply(nothing)))
    ),
  };
}

if (import.meta.main) {
  const processes = {
    ...await measureChildren(Process),
    ...await measurePool(Pool),
  };
  const threads = {
    ...await measureChildren(Thread),
    ...await measurePool(ThreadPool),
  };
  for (const [name, value] of Object.entries(processes)) {
    const other = (threads as Record<string, number>)[name]!;
    console.log(
      `${name}: process ${value.toFixed(1)}, thread ${
        other.toFixed(1)
      }, ratio ${(value / other).toFixed(1)}`,
    );
  }
}
