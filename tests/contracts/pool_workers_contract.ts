import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import { type TaskPool, WorkerDiedError } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { Queue } from "../../queue/mod.ts";
import type { Event, SharedValue } from "../../sync/mod.ts";
import type * as Tasks from "../fixtures/pool/tasks.ts";
import { DOUBLE } from "../fixtures/pool/tasks.ts";
import { until } from "../until.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";
import { assertBelow } from "./soon.ts";

const TASKS = new URL("../fixtures/pool/tasks.ts", import.meta.url);
const getReady = fromModule<typeof Tasks.getReady>(TASKS, "getReady");
const readiness = fromModule<typeof Tasks.readiness>(TASKS, "readiness");

const names = (pool: TaskPool) =>
  pool.stats().workers.map(({ name }) => name).toSorted();

/** How the workers of a pool come and go. */
export function testPoolWorkers(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("calls the initializer once in each worker, before all else", async () => {
    const said = shared.queue();
    const pool = create(2, {
      initializer: async (said: Queue<unknown>, word: string) => {
        await said.put(word);
      },
      initArgs: [said, "ready"],
      name: "Clerk",
    });
    await pool.map(DOUBLE, [1, 2, 3, 4], { chunkSize: 1 });
    assertEquals([await said.get(), await said.get()], ["ready", "ready"]);
    assertEquals(names(pool), ["Clerk-1", "Clerk-2"]);
    pool.close();
    await pool.join();
    assertEquals(said.size, 0);
    said.close();
  });

  test("keeps what the initializer has made, worker by worker", async () => {
    await using pool = create(2, { initializer: getReady, initArgs: ["now"] });
    assertEquals(await pool.map(readiness, Array(6).fill(0) as never[]), [
      ...Array(6).fill("now"),
    ]);
  });

  test("calls the finalizer in workers that end in order", async () => {
    const said = shared.queue();
    // The finalizer has no arguments: the initializer leaves it what it needs.
    const options = {
      initializer: (said: Queue<unknown>) => {
        Object.assign(globalThis, { said });
      },
      initArgs: [said],
      finalizer: async () => {
        await (globalThis as unknown as { said: Queue<unknown> }).said.put(
          "finalized",
        );
      },
    };
    const pool = create(2, options);
    await pool.map(DOUBLE, [1, 2]);
    assertEquals(said.size, 0);
    pool.close();
    await pool.join();
    assertEquals([await said.get(), await said.get()], [
      "finalized",
      "finalized",
    ]);
    {
      await using terminated = create(1, options);
      await terminated.apply(() => 1);
    }
    assertEquals(said.size, 0);
    {
      const replaced = create(1, { ...options, maxTasksPerChild: 1 });
      await replaced.apply(() => 1);
      assertEquals(await said.get(), "finalized");
      replaced.terminate();
      await replaced.join();
    }
    said.close();
  });

  test("fails with the error of an initializer that throws", async () => {
    const pool = create(2, {
      initializer: (): never => {
        throw new RangeError("not here");
      },
    });
    const waiting = [
      errorOf(pool.apply(() => 1)),
      errorOf(pool.applyAsync(() => 1)),
      errorOf(pool.map(DOUBLE, [1, 2, 3])),
      errorOf(pool.imap(DOUBLE, [1]).next()),
    ];
    for (const error of await Promise.all(waiting) as Error[]) {
      assertInstanceOf(error, RangeError);
      assertEquals(error.message, "not here");
    }
    // So do all later calls.
    await assertRejects(() => pool.apply(() => 1), RangeError, "not here");
    assertThrows(() => pool.applyAsync(() => 1), RangeError, "not here");
    await assertRejects(() => pool.map(DOUBLE, []), RangeError, "not here");
    assertThrows(() => pool.imap(DOUBLE, []), RangeError, "not here");
    pool.close();
    await pool.join();
    assertEquals(pool.stats().workers, []);
  });

  test("fails when its workers end again and again before they are up", async () => {
    const pool = create(2, { initializer: () => Deno.exit(4) });
    const error = await errorOf(pool.apply(() => 1)) as Error;
    assertEquals(
      error.message,
      "Cannot start workers of PoolWorker: 3 in a row ended with exit code 4 before they were up",
    );
    const { name, task, exitCode } = error.cause as WorkerDiedError;
    assertEquals({ name, task, exitCode }, {
      name: "WorkerDiedError",
      task: "initializer",
      exitCode: 4,
    });
    assertStrictEquals(await errorOf(pool.apply(() => 1)), error);
    await pool.join();
  });

  test("goes on when initializers end some of its workers, not all", async () => {
    const count = shared.counter();
    await using pool = create(1, {
      // Two workers in a row, then one is up, again and again.
      initializer: (count: SharedValue<"i32">) => {
        if (count.add(1) % 3 !== 2) Deno.exit(4);
      },
      initArgs: [count],
      maxTasksPerChild: 1,
    });
    for (let n = 0; n < 4; n++) {
      assertEquals(await pool.apply(DOUBLE, [n]), 2 * n);
    }
    assert(count.value >= 12);
  });

  test("lets a worker that is up do what waits for one that is starting", async () => {
    const turn = shared.counter();
    const open = shared.event();
    await using pool = create(2, {
      // Only the first is up before the event is set.
      initializer: async (turn: SharedValue<"i32">, open: Event) => {
        if (turn.add(1) > 0) await open.wait();
      },
      initArgs: [turn, open],
    });
    const both = await Promise.all([1, 2].map((n) => pool.apply(DOUBLE, [n])));
    assertEquals(both, [2, 4]);
    // Those that come later, too.
    assertEquals(await pool.map(DOUBLE, [3, 4, 5], { chunkSize: 1 }), [
      6,
      8,
      10,
    ]);
    open.set();
    await until(() => turn.value === 2, "the other is starting");
    assertEquals(await pool.map(DOUBLE, [1, 2, 3, 4]), [2, 4, 6, 8]);
  });

  test("replaces a worker after maxTasksPerChild tasks", async () => {
    const pool = create(1, {
      maxTasksPerChild: 3,
      initializer: () => {
        Object.assign(globalThis, { count: 0 });
      },
    });
    const counts = await pool.map(
      () => ++(globalThis as unknown as { count: number }).count,
      Array.from({ length: 8 }, () => undefined),
      { chunkSize: 1 },
    );
    assertEquals(counts, [1, 2, 3, 1, 2, 3, 1, 2]);
    pool.close();
    await pool.join();
  });

  test("ends workers whose tasks have left something open", async () => {
    const pool = create(1, { maxTasksPerChild: 1, minProcesses: 0 });
    const leaveOpen = (n: number) => {
      setInterval(() => {}, 1_000_000);
      return n;
    };
    const options = { chunkSize: 1 };
    assertEquals(await pool.map(leaveOpen, [1, 2, 3], options), [1, 2, 3]);
    await until(() => names(pool).length === 0, "none is left");
    pool.close();
    await pool.join();
    const closed = create(2, {
      initializer: () => void setInterval(() => {}, 1_000_000),
      finalizer: () => void setInterval(() => {}, 1_000_000),
    });
    await closed.map(leaveOpen, [1, 2]);
    closed.close();
    await closed.join();
    assertEquals(names(closed), []);
  });

  test("grows as there is work, and shrinks when there is none", async () => {
    await using pool = create(3, { minProcesses: 1, idleTimeout: 30 });
    assertEquals(names(pool), ["PoolWorker-1"]);
    const open = shared.event();
    const begun = shared.queue();
    const all = [1, 2, 3, 4].map((n) =>
      pool.apply(async (open: Event, begun: Queue<unknown>, n: number) => {
        await begun.put(n);
        await open.wait();
        return n;
      }, [open, begun, n])
    );
    for (let n = 0; n < 3; n++) await begun.get();
    assertEquals(names(pool).length, 3);
    open.set();
    assertEquals(await Promise.all(all), [1, 2, 3, 4]);
    await until(() => names(pool).length === 1, "one worker is left");
    assertEquals(await pool.apply(() => 5), 5);
    begun.close();
  });

  test("has no workers before there is work, if minProcesses is 0", async () => {
    const pool = create(2, { minProcesses: 0, idleTimeout: 20 });
    assertEquals(names(pool), []);
    assertEquals(await pool.apply(() => 1), 1);
    await until(() => names(pool).length === 0, "none is left");
    assertEquals(await pool.map(DOUBLE, [1, 2, 3]), [2, 4, 6]);
    pool.close();
    await pool.join();
  });

  test("tells workers of new functions, also while tasks are taken back", async () => {
    await using pool = create(2);
    await pool.map(DOUBLE, [1, 2, 3, 4], { chunkSize: 1 });
    for (let round = 0; round < 60; round++) {
      // Of a source that no worker has met.
      const add = (0, eval)(`(n) => n + ${round}`) as (n: number) => number;
      const results = Array.from(
        { length: 20 },
        (_, n) => pool.applyAsync(add, [n]),
      );
      for (const n of [19, 13, 7]) results[n].cancel();
      for (const [n, result] of results.entries()) {
        const got = await errorOf(result);
        if (got instanceof DOMException) assertEquals(got.name, "AbortError");
        else assertEquals(got, `no error: ${n + round}`);
      }
    }
  });

  test("fails only the task whose worker exits", async () => {
    await using pool = create(2);
    const others = Array.from(
      { length: 40 },
      (_, n) => pool.apply(DOUBLE, [n]),
    );
    const exits = function leave(code: number) {
      Deno.exit(code);
    };
    for (const code of [0, 3]) {
      const error = await errorOf(pool.apply(exits, [code])) as WorkerDiedError;
      assertInstanceOf(error, WorkerDiedError);
      assertEquals([error.exitCode, error.signal, error.task], [
        code,
        undefined,
        "leave",
      ]);
      assert(
        /^Cannot finish leave: its worker PoolWorker-\d+( \(pid \d+\))? ended with exit code \d$/
          .test(error.message),
        error.message,
      );
    }
    assertEquals(await Promise.all(others), others.map((_, n) => 2 * n));
    await until(() => names(pool).length === 2, "it has its size again");
    assertEquals(await pool.map(DOUBLE, [1, 2, 3]), [2, 4, 6]);
  });

  test("goes on with a stream, which sends the next items when a worker has ended", async () => {
    await using pool = create(2);
    const items = Array.from({ length: 120 }, (_, n) => n);
    const exits = (n: number) => {
      if (n % 15 === 14) Deno.exit(1);
      return n;
    };
    // So it is known that they are short, and workers are given several.
    await pool.map(DOUBLE, Array<number>(2_000).fill(1), { chunkSize: 1 });
    for (const form of ["imap", "imapUnordered"] as const) {
      const results = pool[form](exits, items, { chunkSize: 1 });
      const got: unknown[] = [];
      for (const _ of items) {
        const next: Promise<IteratorResult<number>> = results.next();
        try {
          got.push((await deadline(next, 60_000)).value);
        } catch (error) {
          got.push(error instanceof WorkerDiedError ? "died" : error);
        }
      }
      const expected = items.map((n) => n % 15 === 14 ? "died" : n);
      if (form === "imap") assertEquals(got, expected);
      else assertEquals(got.map(String).sort(), expected.map(String).sort());
      assertEquals(await results.next(), { done: true, value: undefined });
    }
  });

  test("fails only the task that leaves an error to nobody", async () => {
    await using pool = create(1);
    const error = await errorOf(pool.apply(async () => {
      console.error = () => {};
      Promise.reject(new Error("nobody's"));
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }));
    assertInstanceOf(error, WorkerDiedError);
    assertEquals((error as WorkerDiedError).exitCode, 1);
    assertEquals(await pool.apply(() => 1), 1);
  });

  test("begins a task again whose worker died, as often as retries says", async () => {
    await using pool = create(1);
    const times = shared.counter();
    const run = (times: SharedValue<"i32">, enough: number) => {
      if (times.add(1) < enough) Deno.exit(2);
      return "done";
    };
    assertEquals(await pool.apply(run, [times, 2], { retries: 2 }), "done");
    assertEquals([times.value, pool.stats().retried], [3, 2]);
    times.value = 0;
    await assertRejects(
      () => pool.apply(run, [times, 2], { retries: 1 }),
      WorkerDiedError,
    );
    assertEquals(times.value, 2);
    // An error is a result.
    times.value = 0;
    await assertRejects(
      () =>
        pool.apply(
          (times: SharedValue<"i32">) => {
            times.add(1);
            throw new Error("once");
          },
          [times],
          { retries: 5 },
        ),
      Error,
      "once",
    );
    assertEquals(times.value, 1);
  });

  test("tells how long workers were busy, also by few long tasks among short ones", async () => {
    await using pool = create(1);
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => setTimeout(resolve, ms));
    for (let n = 0; n < 200; n++) await pool.apply(DOUBLE, [n]);
    const [{ busy: before }] = pool.stats().workers;
    const start = performance.now();
    // One of them is measured in any case.
    for (let n = 0; n < 8; n++) await pool.apply(sleep, [50]);
    const took = performance.now() - start;
    const [{ busy: after }] = pool.stats().workers;
    const busy = after - before;
    assert(busy > 100 && busy < took + 50, `${busy} of ${took} ms`);
  });

  test("tells what it has done", async () => {
    const pool = create(2);
    const before = pool.stats();
    assertEquals(
      [before.queued, before.running, before.done, before.failed],
      [0, 0, 0, 0],
    );
    assertEquals(before.queueWait, { p50: 0, p95: 0, p99: 0 });
    await pool.map(DOUBLE, [1, 2, 3], { chunkSize: 1 });
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    await pool.apply(sleep);
    await errorOf(pool.apply(() => {
      throw new Error("fails");
    }));
    const open = shared.event();
    const running = [1, 2, 3].map(() =>
      pool.apply((open: Event) => open.wait(), [open])
    );
    const stats = pool.stats();
    assertEquals(
      [stats.done, stats.failed, stats.retried, stats.running + stats.queued],
      [4, 1, 0, 3],
    );
    assertEquals(stats.workers.reduce((sum, { tasks }) => sum + tasks, 0), 5);
    const busy = stats.workers.reduce((sum, { busy }) => sum + busy, 0);
    assert(busy >= 18, `${busy} ms busy`);
    assert(stats.workers.every(({ idle }) => idle >= 0));
    const { p50, p95, p99 } = stats.runTime;
    assert(p50 <= p95 && p95 <= p99 && p99 >= 18, `${p99} ms`);
    assert(stats.bytesSent > 0 && stats.bytesReceived > 0);
    open.set();
    await Promise.all(running);
    assertEquals(pool.stats().done, 7);
    pool.close();
    await pool.join();
    assertEquals(pool.stats().workers, []);
  });

  test("says that its workers were busy for as long as they were", async () => {
    await using pool = create(1);
    const spin = (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end;);
    };
    const times = (count: number) => Array(count).fill(0.05);
    // Now it takes the times of short tasks by samples.
    await pool.map(spin, times(200), { chunkSize: 1 });
    // A sample stands for 16 tasks, and what the machine does during it counts as often.
    await assertBelow(5, "ms more than there were", async () => {
      const before = pool.stats().workers[0].busy;
      const begin = performance.now();
      const results = pool.imap(spin, times(63 * 16), { chunkSize: 1 });
      for await (const _ of results);
      const elapsed = performance.now() - begin;
      const busy = pool.stats().workers[0].busy - before;
      assert(busy >= 50, `${busy} of ${elapsed} ms`);
      return busy - elapsed;
    });
  });

  test("cancel() of one task fails no other, whatever its worker has just done", async () => {
    await using pool = create(2);
    await pool.map(DOUBLE, [1, 2, 3]);
    for (let round = 0; round < 20; round++) {
      const all = Array.from(
        { length: 100 },
        (_, n) => pool.applyAsync(DOUBLE, [n]),
      );
      const outcomes = all.map((result, n) =>
        result.then((it) => it === 2 * n, (error) => (error as Error).name)
      );
      // Workers go on, and their answers wait.
      const end = performance.now() + round / 10;
      while (performance.now() < end);
      for (let n = round % 3; n < 100; n += 9) all[n].cancel();
      for (const [n, outcome] of (await Promise.all(outcomes)).entries()) {
        const isCancelled = n % 9 === round % 3;
        assert(
          outcome === true || (isCancelled && outcome === "AbortError"),
          `${n}: ${outcome}`,
        );
      }
    }
  });

  test("cancel() of a task that is just done lets a closed pool end", async () => {
    const done = shared.counter();
    for (let round = 1; round <= 5; round++) {
      const pool = create(1);
      await pool.apply(DOUBLE, [1]);
      const result = pool.applyAsync(
        (done: SharedValue<"i32">) => void done.add(1),
        [done],
      );
      pool.close();
      // Its answer is there a moment later, and waits.
      while (done.value < round);
      for (const end = performance.now() + 10; performance.now() < end;);
      result.cancel();
      await pool.join();
      assertEquals(pool.stats().workers, []);
    }
  });

  test("is told of tasks whole, while a task that is over still receives", async () => {
    const queue = shared.queue();
    await using pool = create(1);
    await pool.apply((queue: Queue<unknown>) => {
      (async () => {
        for await (const _ of queue);
      })();
    }, [queue]);
    for (let n = 0; n < 300; n++) {
      // Now and then the worker is asleep, and finds both when it wakes.
      if (n % 3 === 0) await delay(1);
      const put = [queue.put(`item ${n}`), queue.put([n])];
      assertEquals(await pool.apply(DOUBLE, [n]), 2 * n);
      await Promise.all(put);
    }
    queue.close();
  });

  test("lives beside many others", async () => {
    const pools = Array.from({ length: 8 }, () => create(1));
    const results = await Promise.all(
      pools.map((pool, n) => pool.apply(DOUBLE, [n])),
    );
    assertEquals(results, pools.map((_, n) => 2 * n));
    for (const pool of pools) pool.close();
    await Promise.all(pools.map((pool) => pool.join()));
  });
}
