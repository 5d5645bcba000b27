import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { TaskOptions, TaskPool } from "../../pool/mod.ts";
import type { Queue } from "../../queue/mod.ts";
import type { Event } from "../../sync/mod.ts";
import { DOUBLE } from "../fixtures/pool/tasks.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";

const never = async () => {
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};

/** Keeps a worker busy until it is let go. */
export async function busy(pool: TaskPool, shared: Shared) {
  const task = occupy(pool, shared);
  await task.begun.wait();
  return task;
}

/** A task that has begun once `begun` is set, and ends once `open` is. */
export function occupy(pool: TaskPool, shared: Shared, options?: TaskOptions) {
  const [open, begun] = [shared.event(), shared.event()];
  const run = async (begun: Event, open: Event) => {
    begun.set();
    await open.wait();
  };
  return { open, begun, result: pool.applyAsync(run, [begun, open], options) };
}

/** When the tasks of a pool run, and until when. */
export function testPoolControl(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("stops a task that runs for longer than its timeout", async () => {
    await using pool = create(1);
    await pool.apply(() => 1);
    const error = await errorOf(
      pool.apply(never, [], { timeout: 30 }),
    ) as DOMException;
    assertInstanceOf(error, DOMException);
    assertEquals(error.name, "TimeoutError");
    const threads =
      "; its thread may go on computing, and another takes its place";
    assertEquals(
      error.message,
      "Cannot finish never: it ran for more than 30 ms" +
        (name === "ThreadPool" ? threads : ""),
    );
    // Its place is taken, and what is in time is not touched.
    assertEquals(await pool.apply(() => 2, [], { timeout: 60_000 }), 2);
    assertEquals(pool.stats().workers.length, 1);
  });

  test("counts the timeout from when a task begins", async () => {
    await using pool = create(1);
    const { open, result } = await busy(pool, shared);
    const waiting = pool.apply(() => 5, [], { timeout: 1_000 });
    const before = performance.now();
    while (performance.now() - before < 1_050) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    open.set();
    await result;
    assertEquals(await waiting, 5);
  });

  test("takes taskTimeout for tasks that do not say otherwise", async () => {
    await using pool = create(1, { taskTimeout: 40 });
    for (
      const run of [
        () => pool.apply(never),
        () => pool.map(never, [1] as never[]),
        () => pool.imap(never, [1] as never[]).next(),
      ]
    ) {
      const error = await assertRejects(run, DOMException) as Error;
      assertEquals(error.name, "TimeoutError");
    }
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      return 1;
    };
    assertEquals(await pool.apply(late, [], { timeout: 0 }), 1);
  });

  test("gives a task up when its signal is aborted, waiting or running", async () => {
    await using pool = create(1);
    const controllers = [new AbortController(), new AbortController()];
    const [begun, said] = [shared.event(), shared.queue()];
    const running = errorOf(pool.apply(
      async (begun: Event) => {
        begun.set();
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      },
      [begun],
      { signal: controllers[0].signal },
    ));
    const waiting = errorOf(pool.apply(
      (said: Queue<unknown>) => said.put("ran"),
      [said],
      { signal: controllers[1].signal },
    ));
    const next = pool.apply(() => "next");
    await begun.wait();
    const reasons = [new Error("one"), new Error("two")];
    controllers[1].abort(reasons[1]);
    assertStrictEquals(await waiting, reasons[1]);
    controllers[0].abort(reasons[0]);
    assertStrictEquals(await running, reasons[0]);
    assertEquals(await next, "next");
    assertEquals(said.size, 0);
    // One that is aborted before is not submitted.
    const { signal } = controllers[0];
    assertStrictEquals(
      await errorOf(pool.apply(() => 1, [], { signal })),
      reasons[0],
    );
    assertThrows(() => pool.applyAsync(() => 1, [], { signal }), Error, "one");
    // One that is aborted after it is done has not been.
    const late = new AbortController();
    assertEquals(
      await pool.apply(() => 1, [], { signal: late.signal }),
      1,
    );
    const { workers } = pool.stats();
    late.abort();
    assertEquals(await pool.apply(() => 2), 2);
    assertEquals(pool.stats().workers[0].name, workers[0].name);
    said.close();
  });

  test("cancel() gives a task up, waiting or running", async () => {
    await using pool = create(1);
    const { open, result } = await busy(pool, shared);
    const waiting = pool.applyAsync(() => 1);
    const next = pool.applyAsync(() => "next");
    waiting.cancel();
    waiting.cancel();
    await assertRejects(
      () => waiting.get(),
      DOMException,
      "Cannot finish task: it was cancelled",
    );
    assertEquals([waiting.ready(), waiting.successful()], [true, false]);
    result.cancel();
    const error = await errorOf(result) as Error;
    assertEquals(error.name, "AbortError");
    assertEquals(await next, "next");
    open.set();
  });

  test("begins tasks in order, those of higher priority first", async () => {
    await using pool = create(1);
    const { open } = await busy(pool, shared);
    const said = shared.queue();
    const say = (said: Queue<unknown>, n: number) => said.put(n);
    const priorities = [0, 5, -1, 5, 0, 7, -1];
    const all = priorities.map((priority, n) =>
      pool.apply(say, [said, n], { priority })
    );
    open.set();
    await Promise.all(all);
    const order: unknown[] = [];
    while (order.length < all.length) order.push(await said.get());
    assertEquals(order, [5, 1, 3, 0, 4, 2, 6]);
    assertThrows(
      () => pool.applyAsync(() => 1, [], { priority: 0.5 }),
      RangeError,
      "Cannot apply: priority is 0.5, not a whole number",
    );
    said.close();
  });

  test("lets no more tasks wait than maxPending says", async () => {
    await using pool = create(1, { maxPending: 2 });
    const { open, result } = await busy(pool, shared);
    const first = [pool.applyAsync(() => 1), pool.applyAsync(() => 2)];
    const full =
      "Cannot apply: 2 tasks wait already, as many as maxPending says";
    const error = assertThrows(() => pool.applyAsync(() => 3), Error) as Error;
    assertEquals(error.message, full);
    assertEquals(pool.stats().queued, 2);
    // These wait for room.
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = errorOf(pool.apply(() => 0, [], { signal }));
    const applied = [pool.apply(() => 3), pool.apply(() => 4)];
    const mapped = pool.map(DOUBLE, [1, 2, 3, 4, 5], { chunkSize: 1 });
    const cancelled = pool.mapAsync(DOUBLE, [1, 2, 3], { chunkSize: 1 });
    const results = pool.imap(DOUBLE, [1, 2, 3, 4], { chunkSize: 1 });
    const next = results.next();
    await Promise.resolve();
    assertEquals(pool.stats().queued, 2);
    controller.abort(new Error("enough"));
    assertEquals((await aborted as Error).message, "enough");
    cancelled.cancel();
    assertEquals((await errorOf(cancelled) as Error).name, "AbortError");
    open.set();
    await result;
    assertEquals(await Promise.all(first), [1, 2]);
    assertEquals(await Promise.all(applied), [3, 4]);
    assertEquals(await mapped, [2, 4, 6, 8, 10]);
    assertEquals((await next).value, 2);
    assertEquals(await Array.fromAsync(results), [4, 6, 8]);
  });

  test("does what waits for room when it is closed, and nothing when terminated", async () => {
    for (const isClosed of [true, false]) {
      const pool = create(1, { maxPending: 1 });
      const { open } = await busy(pool, shared);
      const all = [1, 2, 3].map((n) => errorOf(pool.apply(DOUBLE, [n])));
      if (isClosed) pool.close();
      else pool.terminate();
      open.set();
      await pool.join();
      const results = (await Promise.all(all)).map((it) =>
        it instanceof Error ? it.message : it
      );
      assertEquals(
        results,
        isClosed
          ? ["no error: 2", "no error: 4", "no error: 6"]
          : Array(3).fill("Cannot finish task: pool is terminated"),
      );
    }
  });

  test("begins no task that has got room when it is terminated", async () => {
    const pool = create(1, { maxPending: 1 });
    const { open, result } = await busy(pool, shared);
    // The first keeps the worker busy, so that the others cannot be done before the end.
    const waiting = [
      errorOf(pool.apply(never)),
      ...[1, 2].map((n) => errorOf(pool.apply(DOUBLE, [n]))),
    ];
    open.set();
    await result;
    // Whoever was the next to wait has room by now, and does not know it yet.
    pool.terminate();
    for (const error of await Promise.all(waiting)) {
      assertEquals((error as Error).name, "AbortError");
    }
    await pool.join();
  });

  test("gives room to those who wait for it, before whoever comes later", async () => {
    await using pool = create(1, { maxPending: 1 });
    const { open } = await busy(pool, shared);
    const said = shared.queue();
    const say = (said: Queue<unknown>, n: number) => said.put(n);
    const apply = (n: number, priority = 0) =>
      pool.apply(say, [said, n], { priority });
    const last = apply(1).then(() => apply(6));
    const all = [
      apply(2),
      apply(3, 1),
      pool.starmap(say, [[said, 4]] as [Queue<unknown>, number][]),
      apply(5),
    ];
    open.set();
    await Promise.all([last, ...all]);
    const order: unknown[] = [];
    while (order.length < 6) order.push(await said.get());
    assertEquals(order, [1, 3, 2, 5, 4, 6]);
    said.close();
  });

  test("close() takes no more, and does what there is", async () => {
    const pool = create(2);
    const all = Array.from({ length: 100 }, (_, n) => pool.apply(DOUBLE, [n]));
    const mapped = pool.map(DOUBLE, [1, 2, 3]);
    await assertRejects(
      () => pool.join(),
      Error,
      "Cannot join pool: it is still running; close() or terminate() it first",
    );
    pool.close();
    pool.close();
    await assertRejects(
      () => pool.apply(() => 1),
      Error,
      "Cannot apply: pool is closed",
    );
    const told: unknown[] = [];
    const options = { errorCallback: (error: unknown) => told.push(error) };
    assertEquals(
      [
        await errorOf(pool.map(DOUBLE, [], options)),
        await errorOf(pool.starmap(DOUBLE, [], options)),
      ],
      told,
    );
    assertEquals(told.map(String), [
      "Error: Cannot map: pool is closed",
      "Error: Cannot starmap: pool is closed",
    ]);
    const refused: [string, () => unknown][] = [
      ["apply", () => pool.applyAsync(() => 1)],
      ["map", () => pool.mapAsync(DOUBLE, [])],
      ["starmap", () => pool.starmapAsync(DOUBLE, [])],
      ["imap", () => pool.imap(DOUBLE, [])],
      ["imapUnordered", () => pool.imapUnordered(DOUBLE, [])],
    ];
    for (const [doing, call] of refused) {
      assertThrows(call, Error, `Cannot ${doing}: pool is closed`);
    }
    await Promise.all([pool.join(), pool.join()]);
    assertEquals(await Promise.all(all), all.map((_, n) => 2 * n));
    assertEquals(await mapped, [2, 4, 6]);
    await pool.join();
    assertEquals(pool.stats().workers, []);
    pool.terminate();
  });

  test("join() gives up waiting in time, and the workers go on", async () => {
    await using pool = create(1);
    const [begun, open] = [shared.event(), shared.event()];
    const task = pool.apply(async (begun: Event, open: Event) => {
      begun.set();
      await open.wait();
      return "done";
    }, [begun, open]);
    await begun.wait();
    pool.close();
    const late = await assertRejects(
      () => pool.join({ timeout: 1 }),
      DOMException,
      "Cannot join pool: timed out after 1 ms",
    );
    assertEquals(late.name, "TimeoutError");
    const controller = new AbortController();
    const joined = pool.join({ signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    assertStrictEquals(await errorOf(joined), reason);
    open.set();
    assertEquals(await task, "done");
    await pool.join();
  });

  test("terminate() ends at once what runs and what waits", async () => {
    const pool = create(2);
    const { result } = await busy(pool, shared);
    const all = [
      errorOf(result),
      errorOf(pool.apply(never)),
      errorOf(pool.apply(never)),
      errorOf(pool.map(never, [1, 2, 3] as never[])),
      errorOf(pool.imap(never, [1] as never[]).next()),
    ];
    pool.terminate();
    pool.terminate();
    for (const error of await Promise.all(all) as Error[]) {
      assertInstanceOf(error, DOMException);
      assertEquals([error.name, error.message], [
        "AbortError",
        "Cannot finish task: pool is terminated",
      ]);
    }
    await assertRejects(
      () => pool.apply(() => 1),
      Error,
      "Cannot apply: pool is closed",
    );
    await pool.join();
    assertEquals(pool.stats().workers, []);
  });

  test("terminate() and close() end a pool that is starting", async () => {
    for (const how of ["close", "terminate"] as const) {
      const pool = create(2);
      pool[how]();
      await pool.join();
      assertEquals(pool.stats().workers, []);
    }
  });

  test("is terminated by using, also when something is thrown", async () => {
    let result: Promise<unknown> | undefined;
    let kept: TaskPool | undefined;
    await assertRejects(
      async () => {
        await using pool = create(1);
        kept = pool;
        result = errorOf(pool.apply(never));
        throw new Error("inside");
      },
      Error,
      "inside",
    );
    assertEquals((await result as Error).name, "AbortError");
    assertEquals(kept!.stats().workers, []);
    await kept![Symbol.asyncDispose]();
  });

  test("leaves nothing for anybody to handle once it is terminated", async () => {
    const unhandled: unknown[] = [];
    const hear = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    addEventListener("unhandledrejection", hear);
    try {
      // Room for one besides the one that a worker does.
      const problem = await errorOf((async () => {
        await using pool = create(2, { maxPending: 1 });
        const failing = pool.apply(() => {
          throw new RangeError("inside");
        });
        const items = [1, 2] as never[];
        pool.applyAsync(never).get();
        pool.map(never, items);
        pool.starmap(never, [[], []]);
        pool.mapAsync(never, items).get();
        pool.imap(never, items).next();
        pool.apply(never);
        pool.apply(never);
        await failing;
      })());
      assertEquals(String(problem), "RangeError: inside");
      await new Promise((resolve) => setTimeout(resolve));
      assertEquals(unhandled, []);
      // Other errors are to be handled.
      await using pool = create(1);
      pool.apply(() => {
        throw new RangeError("of a task");
      });
      await pool.apply(() => 1);
      await new Promise((resolve) => setTimeout(resolve));
      assertEquals(unhandled.map(String), ["RangeError: of a task"]);
    } finally {
      removeEventListener("unhandledrejection", hear);
    }
  });

  test("says which options are wrong", () => {
    const workers = name === "ThreadPool" ? "threads" : "processes";
    const cases: [number, object, string][] = [
      [0, {}, `${workers} is 0, not a whole number from 1 to 1000`],
      [1.5, {}, `${workers} is 1.5, not a whole number from 1 to 1000`],
      [
        1,
        { minProcesses: 2 },
        "minProcesses is 2, not a whole number from 0 to 1",
      ],
      [
        1,
        { maxTasksPerChild: -1 },
        "maxTasksPerChild is -1, not a whole number from 0",
      ],
      // It would be begun for ever.
      [
        1,
        { retries: Infinity },
        "retries is Infinity, not a whole number from 0",
      ],
      [1, { retries: NaN }, "retries is NaN, not a whole number from 0"],
      [
        1,
        { retries: 2 ** 60 },
        "retries is 1152921504606847000, not a whole number from 0 to 9007199254740991",
      ],
      [
        1,
        { maxPending: -5 },
        "maxPending is -5, not a whole number from 0",
      ],
      [
        1,
        { taskTimeout: -1 },
        "taskTimeout is -1, not a number of milliseconds",
      ],
    ];
    for (const [size, options, problem] of cases) {
      const error = assertThrows(() => create(size, options), RangeError);
      assertEquals((error as Error).message, `Cannot create pool: ${problem}`);
    }
    const kinds: [object, string][] = [
      [{ retries: "1" }, "retries is a string, not a number"],
      [{ taskTimeout: "1" }, "taskTimeout is a string, not a number"],
      [{ taskTimeout: NaN }, "taskTimeout is NaN, not a number"],
      [{ idleTimeout: NaN }, "idleTimeout is NaN, not a number"],
      ...["maxTasksPerChild", "maxPending", "retries", "taskTimeout"].map((
        option,
      ): [object, string] => [
        { [option]: null },
        `${option} is null, not a number`,
      ]),
      [{ name: 5 }, "name is a number, not a string"],
      [{ initializer: 5 }, "initializer is a number; pass a function"],
      [{ finalizer: null }, "finalizer is null; pass a function"],
    ];
    for (const [options, problem] of kinds) {
      const error = assertThrows(() => create(1, options), TypeError);
      assertEquals((error as Error).message, `Cannot create pool: ${problem}`);
    }
    return Promise.resolve();
  });

  test("says which options of a task are wrong, and takes the others", async () => {
    await using pool = create(1);
    const cases: [object, string][] = [
      [{ timeout: -1 }, "timeout is -1, not a number of milliseconds"],
      [{ retries: 0.5 }, "retries is 0.5, not a whole number from 0"],
      [{ priority: NaN }, "priority is NaN, not a whole number"],
    ];
    for (const [options, problem] of cases) {
      for (const doing of ["apply", "map"] as const) {
        const error = await errorOf(
          doing === "apply"
            ? pool.apply(() => 1, [], options)
            : pool.map(DOUBLE, [1], options),
        ) as Error;
        assertInstanceOf(error, RangeError);
        assertEquals(error.message, `Cannot ${doing}: ${problem}`);
      }
    }
    const error = await errorOf(pool.apply(() => 1, [], { timeout: NaN }));
    assertEquals(
      String(error),
      "TypeError: Cannot apply: timeout is NaN, not a number",
    );
    const { queued, running } = pool.stats();
    assertEquals([queued, running], [0, 0]);
    assert(await pool.apply(() => true, [], { timeout: Infinity, retries: 3 }));
  });
}
