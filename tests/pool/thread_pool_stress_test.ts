// A pool of threads that end at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ThreadPool, WorkerDiedError } from "../../pool/mod.ts";
import { SharedArray } from "../../sync/mod.ts";
import { goesOn, random, STRESS_SECONDS } from "../fixtures/messages/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { until } from "../until.ts";

leaveNothing({ threads: true });

const SIZE = 3;
const BATCH = 60;

Deno.test("ThreadPool settles every task once and keeps its size, whoever ends", async () => {
  await using pool = new ThreadPool(SIZE);
  const begun = new SharedArray("i32", BATCH);
  const end = performance.now() + STRESS_SECONDS * 500;
  const total = { done: 0, ended: 0, cancelled: 0 };
  while (goesOn(end, total.ended >= STRESS_SECONDS)) {
    begun.array.fill(0);
    const ending = random(BATCH);
    const cancelled = random(BATCH);
    const results = Array.from({ length: BATCH }, (_, n) =>
      pool.applyAsync(
        async (begun: SharedArray<"i32">, n: number, isEnding: boolean) => {
          Atomics.add(begun.array, n, 1);
          if (n % 7 === 0) {
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          if (isEnding) Deno.exit(5);
          return n;
        },
        [begun, n, n === ending],
      ));
    const outcomes = results.map((result) =>
      result.get().catch((error) => error)
    );
    results[cancelled].cancel();
    for (const [n, outcome] of (await Promise.all(outcomes)).entries()) {
      assert(
        begun.array[n] <= 1,
        `task ${n} was begun ${begun.array[n]} times`,
      );
      if (n === cancelled && outcome !== n) {
        assertEquals((outcome as Error).name, "AbortError");
        total.cancelled++;
      } else if (n === ending) {
        assertInstanceOf(outcome, WorkerDiedError);
        total.ended++;
      } else {
        assertEquals(outcome, n);
        total.done++;
      }
    }
    await until(
      () => pool.stats().workers.length === SIZE,
      "it has its size again",
    );
  }
  const { queued, running } = pool.stats();
  assertEquals([queued, running], [0, 0]);
  assert(total.ended >= STRESS_SECONDS, `${total.ended} ended`);
  console.log(JSON.stringify(total));
});
