// How many workers a pool has that is not told how many.

import { assertEquals } from "@std/assert";
import { Pool, ThreadPool } from "../../pool/mod.ts";
import { cpuCount } from "../../process/mod.ts";
import { Event, SharedValue } from "../../sync/mod.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { until } from "../until.ts";

leaveNothing({ threads: true });

for (const PoolClass of [Pool, ThreadPool]) {
  Deno.test(`${PoolClass.name} has a worker for each processor if it is not told how many`, async () => {
    await using pool = new PoolClass();
    const [begun, open] = [new SharedValue("i32", 0), new Event()];
    const run = async (begun: SharedValue<"i32">, open: Event) => {
      begun.add(1);
      await open.wait();
    };
    // One more than can run at once, so that it starts all that it may.
    const results = Array.from(
      { length: cpuCount() + 1 },
      () => pool.applyAsync(run, [begun, open]),
    );
    assertEquals(pool.stats().workers.length, cpuCount());
    await until(() => begun.value === cpuCount(), "all of them are at work");
    assertEquals(pool.stats().queued, 1);
    open.set();
    await Promise.all(results);
    assertEquals(pool.stats().workers.length, cpuCount());
  });
}
