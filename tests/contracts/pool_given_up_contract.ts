import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Queue } from "../../queue/mod.ts";
import { until } from "../until.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";
import { busy } from "./pool_control_contract.ts";

const say = (said: Queue<unknown>, word: string) => said.put(word);

/** What a pool does with a map that is given up while most of it waits. */
export function testPoolGivenUp(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  for (const hasTimeout of [false, true]) {
    const timeout = hasTimeout ? 600_000 : 0;
    const which = hasTimeout ? "whose tasks have a timeout" : "of many tasks";
    test(`gives all of a map up ${which}, and nothing of others`, async () => {
      await using pool = create(1);
      // Once it is known how long they take, workers are given more than one.
      for (let n = 0; n < 50; n++) await pool.apply((n: number) => n, [n]);
      const { open, result } = await busy(pool, shared);
      const { done } = pool.stats();
      const said = shared.queue();
      const items = Array.from(
        { length: 100 },
        (_, n) => [said, `given up ${n}`] as [typeof said, string],
      );
      const controller = new AbortController();
      const { signal } = controller;
      const others: Promise<void>[] = [];
      const addOther = (priority: number) => {
        const word = `${others.length}, ${priority}`;
        others.push(pool.apply(say, [said, word], { priority }));
      };
      addOther(0);
      const options = { chunkSize: 1, timeout };
      const aborted = errorOf(pool.starmap(say, items, { ...options, signal }));
      addOther(0);
      addOther(1);
      const cancelled = pool.starmapAsync(say, items, options);
      addOther(0);
      // Until they are submitted.
      await undefined;
      assertEquals(pool.stats().queued, 204);
      controller.abort(new Error("enough"));
      cancelled.cancel();
      assertStrictEquals(await aborted, signal.reason);
      assertEquals((await errorOf(cancelled) as Error).name, "AbortError");
      const { queued, failed } = pool.stats();
      assertEquals([queued, failed], [4, 200]);
      open.set();
      await Promise.all([result, ...others]);
      assertEquals(pool.stats().done, done + 5);
      const words = await Promise.all(others.map(() => said.get()));
      assertEquals(words, ["2, 1", "0, 0", "1, 0", "3, 0"]);
    });
  }

  test("stops the workers that have begun what is given up, and no others", async () => {
    await using pool = create(3);
    const { open, result } = await busy(pool, shared);
    const [begun, names] = [shared.queue(), new Set<string>()];
    const stuck = async (begun: Queue<unknown>, n: number) => {
      await begun.put(n);
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    };
    const items = [1, 2, 3, 4].map((n) => [begun, n] as [typeof begun, number]);
    const mapped = pool.starmapAsync(stuck, items, { chunkSize: 1 });
    assertEquals([await begun.get(), await begun.get()].toSorted(), [1, 2]);
    for (const { name } of pool.stats().workers) names.add(name);
    mapped.cancel();
    assertEquals((await errorOf(mapped) as Error).name, "AbortError");
    open.set();
    await result;
    const { queued, failed } = pool.stats();
    assertEquals([queued, failed], [0, 4]);
    assertEquals(await pool.map((n: number) => -n, [1, 2, 3]), [-1, -2, -3]);
    const kept = () =>
      pool.stats().workers.filter(({ name }) => names.has(name)).length;
    await until(() => kept() <= 1, "those that were stopped have ended");
    assertEquals(kept(), 1);
  });
}
