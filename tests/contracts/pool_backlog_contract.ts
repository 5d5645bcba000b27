import { assertEquals } from "@std/assert";
import type { Queue } from "../../queue/mod.ts";
import type { Event } from "../../sync/mod.ts";
import { DOUBLE } from "../fixtures/pool/tasks.ts";
import type { CreatePool, Shared } from "./pool_contract.ts";

const IN_TIME = { timeout: 20_000 };

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** What becomes of tasks that cannot be begun yet. */
export function testPoolBacklog(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

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
          [workers.length, running + queued],
          [most, tasks],
        );
        open.set();
        assertEquals(await Promise.all(all), numbers(tasks));
        begun.close();
      }
    });
  }
}
