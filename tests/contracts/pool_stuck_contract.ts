import { assertEquals, assertNotEquals } from "@std/assert";
import type { CreatePool } from "./pool_contract.ts";

/** Returns after so long, and then has its thread blocked for ever. */
const leaveBlocked = async (ms: number) => {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  const words = new Int32Array(new SharedArrayBuffer(4));
  setTimeout(() => Atomics.wait(words, 0, 0), 0);
  return "left";
};

/** What a pool does with workers that are up and begin nothing. */
export function testPoolStuck(
  name: string,
  create: CreatePool,
  test: (name: string, run: () => Promise<void>) => void,
): void {
  test(`${name} gives others the tasks of a worker that is stuck in what a task has left behind`, async () => {
    await using pool = create(1);
    assertEquals(await pool.apply(leaveBlocked, [0]), "left");
    const [stuck] = pool.stats().workers;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const timed = pool.apply((n: number) => n, [1], { timeout: 1_000 });
    assertEquals(await timed, 1);
    assertEquals(await pool.map((n: number) => n, [2, 3, 4]), [2, 3, 4]);
    const [other, ...more] = pool.stats().workers;
    assertNotEquals(other.name, stuck.name);
    assertEquals(more, []);
  });

  test(`${name} leaves a worker alone that is at a task for long`, async () => {
    await using pool = create(1);
    await pool.apply(() => 0);
    const [worker] = pool.stats().workers;
    const long = (ms: number) => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(words, 0, 0, ms);
      return "done";
    };
    // Longer than a worker that begins nothing is waited for.
    const waits = [pool.apply(long, [6_000]), pool.apply(() => "behind")];
    assertEquals(await Promise.all(waits), ["done", "behind"]);
    assertEquals(pool.stats().workers.map(({ name }) => name), [worker.name]);
  });
}

/** The same with one that is stuck later, for which no more tasks are sent. */
export function testPoolStuckLater(name: string, create: CreatePool): void {
  Deno.test(`${name} gives others what stood behind the long task of a worker that is stuck then`, async () => {
    await using pool = create(1);
    // Then it is given more than one.
    for (let n = 0; n < 50; n++) await pool.apply((n: number) => n, [n]);
    const tasks = [
      pool.apply(leaveBlocked, [6_000]),
      pool.apply(() => "behind"),
      // It goes only to one that has nothing else.
      pool.apply(() => "last", [], { timeout: 60_000 }),
    ];
    assertEquals(await Promise.all(tasks), ["left", "behind", "last"]);
  });
}
