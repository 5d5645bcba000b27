import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { TaskPool } from "../../pool/mod.ts";
import type { Queue } from "../../queue/mod.ts";
import type { Event } from "../../sync/mod.ts";
import { DOUBLE } from "../fixtures/pool/tasks.ts";
import { until } from "../until.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";
import { busy, occupy } from "./pool_control_contract.ts";

const IN_TIME = { timeout: 20_000 };

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Lets a pool learn that its tasks are short, so that it sends many ahead. */
async function warmUp(pool: TaskPool): Promise<void> {
  await pool.map(DOUBLE, numbers(3_000), { chunkSize: 1 });
}

/**
 * Gives a pool the time to take back what stands behind a long task. Nothing outside shows
 * when it has; it looks every few milliseconds, by a timer of this event loop.
 */
const looked = () => new Promise((resolve) => setTimeout(resolve, 100));

const say = async (said: Queue<unknown>, word: string) => {
  await said.put(word);
};

/** What becomes of tasks that cannot be begun yet. */
export function testPoolBacklog(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("fails a task that is too much to be sent when its turn comes, and no other", async () => {
    await using pool = create(1);
    const many = Array.from({ length: 6_001 }, () => shared.event());
    const count = (all: Event[]) => all.length;
    const tooMuch = "message carries 6001 shared objects, of 6000 at most";
    await pool.apply(DOUBLE, [1]);
    // At once, and behind others.
    await assertRejects(() => pool.apply(count, [many]), RangeError, tooMuch);
    const [open, next] = [shared.event(), shared.event()];
    const all = [
      pool.apply((open: Event) => open.wait(), [open]),
      pool.apply((next: Event) => next.wait(), [next]),
    ];
    const last = errorOf(pool.apply(count, [many], IN_TIME));
    const later = pool.apply(DOUBLE, [2]);
    open.set();
    next.set();
    await Promise.all(all);
    assertEquals((await last as Error).name, "RangeError");
    assertEquals(await later, 4);
    // A result, too.
    const giveMany = async (many: Event[]) => {
      await undefined;
      return [...many, new (many[0].constructor as new () => Event)()];
    };
    const six = many.slice(1);
    await assertRejects(() => pool.apply(giveMany, [six]), RangeError, tooMuch);
    const results = pool.imap(giveMany, [six]);
    await assertRejects(() => results.next(), RangeError, tooMuch);
    assertEquals(await pool.apply(DOUBLE, [3]), 6);
  });

  test("fails one item that is too much to be sent, and no other, while its workers start", async () => {
    const many = Array.from({ length: 6_001 }, () => shared.event());
    const items = ["a", many, "c", "d"];
    const same = (item: string | Event[]) => item.length;
    const options = { priority: 1, chunkSize: 1 };
    await using pool = create(2);
    const first = numbers(3).map((n) => pool.apply(DOUBLE, [n]));
    const results = pool.imapUnordered(same, items, options);
    const seen: string[] = [];
    for (const _ of items) {
      const length = results.next().then(({ value }) => `length ${value}`);
      seen.push(await length.catch(({ name }) => name));
    }
    const one = "length 1";
    assertEquals(seen.toSorted(), ["RangeError", one, one, one]);
    assertEquals((await results.next()).done, true);
    await Promise.all(first);
    await using other = create(2);
    const ahead = numbers(3).map((n) => other.apply(DOUBLE, [n]));
    await assertRejects(() => other.map(same, items, options), RangeError);
    await Promise.all(ahead);
  });

  for (const isWarm of [false, true]) {
    const after = isWarm ? " after short tasks" : "";

    test(`has as many workers as there are tasks, up to its most${after}`, async () => {
      for (const [most, tasks] of [[2, 2], [3, 3], [3, 5]]) {
        await using pool = create(most, { minProcesses: 1 });
        if (isWarm) await pool.map(DOUBLE, numbers(200), { chunkSize: 10 });
        const [open, begun] = [shared.event(), shared.queue()];
        const all = numbers(tasks).map((n) =>
          pool.apply(async (open: Event, begun: Queue<unknown>, n: number) => {
            await begun.put(n);
            await open.wait();
            return n;
          }, [open, begun, n])
        );
        for (let n = 0; n < most; n++) await begun.get(IN_TIME);
        const { workers, running, queued } = pool.stats();
        assertEquals(
          [workers.length, running, queued],
          [most, most, tasks - most],
        );
        open.set();
        assertEquals(await Promise.all(all), numbers(tasks));
        begun.close();
      }
    });

    test(`begins what is urgent before all that is not begun${after}`, async () => {
      await using pool = create(2);
      if (isWarm) await warmUp(pool);
      const [one, other] = [await busy(pool, shared), await busy(pool, shared)];
      const said = shared.queue();
      const low = numbers(20).map((n) => pool.apply(say, [said, `low ${n}`]));
      const urgent = ["first", "second"].map((word) =>
        pool.apply(say, [said, word], { priority: 10 })
      );
      const last = pool.apply(say, [said, "last"], { priority: -1 });
      // Only one of both is free: nothing may wait for the other.
      other.open.set();
      const words = [...low, ...urgent, last].map(() => said.get(IN_TIME));
      assertEquals(await Promise.all(words), [
        "first",
        "second",
        ...low.map((_, n) => `low ${n}`),
        "last",
      ]);
      one.open.set();
      await Promise.all([one.result, other.result, ...low, ...urgent, last]);
      said.close();
    });

    test(`counts as queued what is not begun${after}`, async () => {
      await using pool = create(1, { maxPending: 2 });
      if (isWarm) await warmUp(pool);
      const { open, result } = await busy(pool, shared);
      const waiting = [1, 2].map((n) => pool.applyAsync(DOUBLE, [n]));
      assertThrows(
        () => pool.applyAsync(DOUBLE, [3]),
        Error,
        "Cannot apply: 2 tasks wait already, as many as maxPending says",
      );
      const { running, queued } = pool.stats();
      assertEquals([running, queued], [1, 2]);
      // One that is given up makes room for another.
      const third = pool.apply(DOUBLE, [3]);
      waiting[0].cancel();
      await until(() => pool.stats().queued === 2, "another one is queued");
      open.set();
      await result;
      assertEquals(await Promise.all([waiting[1], third]), [4, 6]);
      const { workers, ...stats } = pool.stats();
      assertEquals([workers.length, stats.running, stats.queued], [1, 0, 0]);
    });

    test(`takes back what a stream that is left has not begun${after}`, async () => {
      await using pool = create(1);
      if (isWarm) await warmUp(pool);
      const { open, result } = await busy(pool, shared);
      const said = shared.queue();
      const items = numbers(3).map((n) => ({ n, said }));
      const results = pool.imap(({ n, said }) => said.put(n), items);
      const next = pool.apply(DOUBLE, [4]);
      assertEquals(pool.stats().queued, 4);
      await results.return!();
      assertEquals(pool.stats().queued, 1);
      open.set();
      await result;
      assertEquals([await next, said.size], [8, 0]);
      said.close();
    });
  }

  test("begins what is urgent before others, also behind what turns out long", async () => {
    await using pool = create(2);
    await warmUp(pool);
    const [one, other] = [await busy(pool, shared), await busy(pool, shared)];
    const said = shared.queue();
    // More than a worker is given at a time.
    const low = numbers(300).map(() => pool.apply(say, [said, "low"]));
    const options = { priority: 1 };
    const long = occupy(pool, shared, options);
    const urgent = pool.apply(say, [said, "urgent"], options);
    // Both go to the one that is free, and the pool sees that the first is long.
    other.open.set();
    await long.begun.wait(IN_TIME);
    await looked();
    one.open.set();
    const first = await said.get(IN_TIME);
    await Promise.all([one.result, other.result, urgent, ...low]);
    long.open.set();
    await long.result;
    assertEquals(first, "urgent");
    said.close();
  });

  test("begins what is urgent before what has gone to others meanwhile", async () => {
    await using pool = create(2);
    await warmUp(pool);
    const [one, other] = [await busy(pool, shared), await busy(pool, shared)];
    const said = shared.queue();
    const options = { priority: 1 };
    // Fewer than a worker is given at a time, so that none waits in the pool.
    const low = numbers(3).map(() => pool.apply(say, [said, "low"]));
    const long = occupy(pool, shared, options);
    const urgent = pool.apply(say, [said, "urgent"], options);
    other.open.set();
    await long.begun.wait(IN_TIME);
    // Behind the one that is busy, before what is behind the long one is taken back.
    low.push(...numbers(20).map(() => pool.apply(say, [said, "low"])));
    await looked();
    one.open.set();
    const first = await said.get(IN_TIME);
    long.open.set();
    await Promise.all([one.result, other.result, urgent, ...low]);
    await long.result;
    assertEquals(first, "urgent");
    said.close();
  });

  test("goes on as fast as before once nothing urgent is left", async () => {
    await using pool = create(2);
    await warmUp(pool);
    for (let round = 0; round < 20; round++) {
      const all = numbers(200).map((n) =>
        pool.apply(DOUBLE, [n], { priority: n % 7 - round % 3 })
      );
      assertEquals(await Promise.all(all), numbers(200).map((n) => 2 * n));
      const { queued, running } = pool.stats();
      assertEquals([queued, running], [0, 0]);
    }
  });
}
