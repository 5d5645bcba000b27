import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { MapOptions, Progress } from "../../pool/mod.ts";
import type { SharedValue } from "../../sync/mod.ts";
import { DOUBLE, TaskError } from "../fixtures/pool/tasks.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

function* generate(count: number) {
  for (let n = 0; n < count; n++) yield n;
}

async function* generateLate(count: number) {
  for (let n = 0; n < count; n++) {
    await undefined;
    yield n;
  }
}

/** What a pool does with many items at once. */
export function testPoolMap(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("map() gives the results in order, whatever has the items", async () => {
    await using pool = create(2);
    for (const count of [0, 1, 2, 7, 8, 9, 1000]) {
      const doubled = numbers(count).map((n) => 2 * n);
      assertEquals(await pool.map(DOUBLE, numbers(count)), doubled);
      assertEquals(await pool.map(DOUBLE, generate(count)), doubled);
      assertEquals(await pool.map(DOUBLE, generateLate(count)), doubled);
      assertEquals(await pool.map(DOUBLE, new Set(numbers(count))), doubled);
      assertEquals(await pool.mapAsync(DOUBLE, numbers(count)), doubled);
    }
    assertEquals(await pool.map((it: string) => it + it, "abc"), [
      "aa",
      "bb",
      "cc",
    ]);
    const entries = new Map([["a", 1], ["b", 2]]);
    assertEquals(
      await pool.starmap((key: string, n: number) => key.repeat(n), entries),
      ["a", "bb"],
    );
    assertEquals(await pool.map(DOUBLE, new Uint8Array([1, 2])), [2, 4]);
    const late = async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, n % 3));
      return n;
    };
    assertEquals(await pool.map(late, numbers(20)), numbers(20));
    // Results that are arrays stay as they are.
    assertEquals(await pool.map((n: number) => [n, [n]], [1, 2]), [
      [1, [1]],
      [2, [2]],
    ]);
  });

  test("map() and imap() take the items that a list has when they are called", async () => {
    await using pool = create(1, { maxPending: 1 });
    const lists = () => [numbers(40), new Uint8Array(numbers(40))];
    const change = (items: number[] | Uint8Array) => {
      items.fill(7);
      if (Array.isArray(items)) items.length = 1;
    };
    const doubled = numbers(40).map((n) => 2 * n);
    for (const items of lists()) {
      const result = pool.mapAsync(DOUBLE, items, { chunkSize: 3 });
      change(items);
      assertEquals(await result, doubled);
    }
    for (const form of ["imap", "imapUnordered"] as const) {
      for (const items of lists()) {
        const results = pool[form](DOUBLE, items);
        change(items);
        assertEquals(await Array.fromAsync(results), doubled);
      }
    }
    const pairs = numbers(40).map((n) => [n]);
    const result = pool.starmapAsync(DOUBLE, pairs as [number][]);
    pairs.length = 0;
    assertEquals(await result, doubled);
  });

  test("starmap() spreads the arguments", async () => {
    await using pool = create(2);
    const add = (a: number, b: number) => a + b;
    const pairs = numbers(50).map((n): [number, number] => [n, 100]);
    const sums = numbers(50).map((n) => n + 100);
    assertEquals(await pool.starmap(add, pairs), sums);
    assertEquals(await pool.starmapAsync(add, pairs, { chunkSize: 7 }), sums);
    assertEquals(await pool.starmap(() => 1, [[], []]), [1, 1]);
    assertEquals(await pool.starmap(add, []), []);
  });

  test("starmap() says which item is no array, before anything is called", async () => {
    await using pool = create(1);
    const add = (a: unknown, b: unknown) => `${a}${b}`;
    const cases: [unknown[], string][] = [
      [[5], "items[0] is a number"],
      [[[1, 2], null], "items[1] is null"],
      [[[1, 2], [3, 4], "ab"], "items[2] is a string"],
      [[new Uint8Array(2)], "items[0] is a typed array"],
    ];
    for (const [items, problem] of cases) {
      for (const form of ["starmap", "starmapAsync"] as const) {
        const error = await errorOf(
          pool[form](add, items as [unknown, unknown][]),
        );
        assertInstanceOf(error, TypeError);
        assertEquals(
          (error as Error).message,
          `Cannot starmap: ${problem}, not an array`,
        );
      }
    }
    const { queued, running, done } = pool.stats();
    assertEquals([queued, running, done], [0, 0, 0]);
    assertEquals(await pool.starmap(add, [[1, 2]]), ["12"]);
  });

  test("map() calls for so many items in a task as chunkSize says", async () => {
    await using pool = create(2);
    for (const [chunkSize, tasks] of [[1, 10], [3, 4], [10, 1], [99, 1]]) {
      const { done } = pool.stats();
      assertEquals(
        await pool.map(DOUBLE, generate(10), { chunkSize }),
        numbers(10).map((n) => 2 * n),
      );
      assertEquals(pool.stats().done - done, tasks);
    }
    const { done } = pool.stats();
    await pool.map(DOUBLE, numbers(1000));
    assertEquals(pool.stats().done - done, 8);
    for (const chunkSize of [0, -1, 1.5, NaN]) {
      await assertRejects(
        () => pool.map(DOUBLE, [1], { chunkSize }),
        RangeError,
        `Cannot map: chunkSize is ${chunkSize}, not a whole number from 1`,
      );
    }
    await assertRejects(
      // deno-lint-ignore no-explicit-any -- what the compiler refuses
      () => pool.starmap(() => 1, [[]], { chunkSize: "2" as any }),
      TypeError,
      "Cannot starmap: chunkSize is a string, not a number",
    );
  });

  test("map() throws the first error in the order of the items, and calls the others", async () => {
    await using pool = create(2);
    const counters = numbers(10).map(() => shared.counter());
    const failSome = (
      { n, called }: { n: number; called: SharedValue<"i32"> },
    ) => {
      called.add(1);
      if (n === 3 || n === 7) throw new RangeError(`item ${n}`);
    };
    const items = counters.map((called, n) => ({ n, called }));
    const counts = () => counters.map(({ value }) => value);
    const reset = () => counters.forEach((each) => each.value = 0);
    await assertRejects(
      () => pool.map(failSome, items, { chunkSize: 1 }),
      RangeError,
      "item 3",
    );
    assertEquals(counts(), Array(10).fill(1));
    reset();
    await assertRejects(
      () => pool.map(failSome, items, { chunkSize: 2 }),
      RangeError,
      "item 3",
    );
    // Of the chunk that fails, those behind are not called: 6 and 7 are one.
    assertEquals(counts(), Array(10).fill(1));
    reset();
    await errorOf(pool.map(failSome, items, { chunkSize: 5 }));
    assertEquals(
      counts(),
      [1, 1, 1, 1, 0, 1, 1, 1, 0, 0],
    );
  });

  test("map() throws what its source throws, and what is no source", async () => {
    await using pool = create(1);
    const failing = function* () {
      yield 1;
      throw new TaskError("source", 5);
    };
    const failingLate = async function* () {
      yield* failing();
      await undefined;
    };
    for (const items of [failing(), failingLate()]) {
      await assertRejects(() => pool.map(DOUBLE, items), TaskError, "source");
    }
    for (const items of [5, null, undefined, {}]) {
      await assertRejects(
        // deno-lint-ignore no-explicit-any -- what the compiler refuses
        () => pool.map(DOUBLE, items as any),
        TypeError,
        `Cannot map: items is ${
          items === null || items === undefined
            ? items
            : typeof items === "object"
            ? "an object"
            : "a number"
        }, not iterable`,
      );
    }
    assertEquals(await pool.map(DOUBLE, [1]), [2]);
  });

  test("map() names the item that cannot be sent, and the result", async () => {
    await using pool = create(1);
    const items = [...numbers(9), { f: () => {} }, 10];
    for (const chunkSize of [undefined, 4, 100]) {
      await assertRejects(
        () => pool.map((it: unknown) => it, items, { chunkSize }),
        TypeError,
        "Cannot send items[9].f: a function cannot be sent to another",
      );
    }
    await assertRejects(
      () =>
        pool.starmap((it: unknown) => it, [[1], [Symbol("s")]], {
          chunkSize: 1,
        }),
      TypeError,
      "Cannot send items[1][0]: ",
    );
    const giveOne = (n: number) => n === 17 ? { f: () => {} } : n;
    const lists = numbers(20).map((n): [number] => [n]);
    const message =
      "Cannot send result[17].f: a function cannot be sent to the pool";
    for (const chunkSize of [undefined, 1, 4, 100]) {
      for (
        const give of [
          () => pool.map(giveOne, numbers(20), { chunkSize }),
          () => pool.starmap(giveOne, lists, { chunkSize }),
        ]
      ) {
        const error = await assertRejects(give, TypeError) as Error;
        assertEquals(error.message, message);
        assert(error.stack?.startsWith(`TypeError: ${message}\n`));
      }
    }
    const saying = () => {
      throw new TypeError("Cannot send result[0]: it is mine");
    };
    await assertRejects(
      () => pool.map(saying, numbers(3), { chunkSize: 2 }),
      TypeError,
      "Cannot send result[0]: it is mine",
    );
  });

  test("map() and starmap() have an item to a task where there is a time limit", async () => {
    const limit = { timeout: 600_000 };
    for (const taskTimeout of [0, 600_000]) {
      await using pool = create(1, { taskTimeout });
      const tasksOf = async (options: MapOptions<number>) => {
        const before = pool.stats().done;
        await pool.map(DOUBLE, numbers(20), options);
        const between = pool.stats().done;
        const pairs = numbers(20).map((n): [number] => [n]);
        await pool.starmap(DOUBLE, pairs, options);
        return [between - before, pool.stats().done - between];
      };
      const unsaid = taskTimeout === 0 ? [4, 4] : [20, 20];
      assertEquals(await tasksOf({}), unsaid);
      assertEquals(await tasksOf(limit), [20, 20]);
      assertEquals(await tasksOf({ timeout: 0 }), [4, 4]);
      assertEquals(await tasksOf({ ...limit, chunkSize: 10 }), [2, 2]);
    }
  });

  test("takes Infinity for no limit", async () => {
    const options = { maxPending: Infinity, maxTasksPerChild: Infinity };
    await using pool = create(1, options);
    const calls = numbers(20).map((n) => pool.applyAsync(DOUBLE, [n]));
    assertEquals(await Promise.all(calls), numbers(20).map((n) => 2 * n));
    assertEquals(pool.stats().workers.map(({ tasks }) => tasks), [20]);
  });

  test("mapAsync() and starmapAsync() throw at once, as applyAsync() does", async () => {
    await using pool = create(1);
    const aborted = AbortSignal.abort(new Error("no more of this"));
    const refused: [problem: string, fn: unknown, options: unknown][] = [
      ["the options are a number", DOUBLE, 5],
      ["retries is -1", DOUBLE, { retries: -1 }],
      ["chunkSize is 0", DOUBLE, { chunkSize: 0 }],
      ["the function is an object", {}, undefined],
      ["no more of this", DOUBLE, { signal: aborted }],
    ];
    // deno-lint-ignore no-explicit-any -- what the types refuse
    const untyped = pool as any;
    for (const [problem, ...[fn, options]] of refused) {
      for (const form of ["map", "starmap"]) {
        const called = () => untyped[form](fn, [], options);
        const calledAsync = () => untyped[`${form}Async`](fn, [], options);
        await assertRejects(called, Error, problem);
        assertThrows(calledAsync, Error, problem);
      }
    }
    // What is nothing of theirs keeps no program alive, and no pool from its end.
    pool.close();
    await pool.join();
  });

  test("mapAsync() returns at once, and can be given up", async () => {
    await using pool = create(1);
    const open = shared.event();
    const queue = shared.queue();
    const items = numbers(3).map((n) => ({ n, open, queue }));
    const result = pool.mapAsync(
      async ({ open, queue, n }) => {
        await queue.put(n);
        await open.wait();
        return n;
      },
      items,
      { chunkSize: 1 },
    );
    assertEquals(await queue.get(), 0);
    assertEquals(result.ready(), false);
    assertThrows(() => result.successful(), Error);
    result.cancel();
    const error = await errorOf(result) as Error;
    assertEquals([error.name, error.message], [
      "AbortError",
      "Cannot finish task: it was cancelled",
    ]);
    assertEquals(await pool.map(DOUBLE, [1]), [2]);
    assertEquals(queue.size, 0);
    open.set();
    queue.close();
  });

  test("map() can be aborted", async () => {
    await using pool = create(1);
    const never = async (_: number) => {
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    };
    const controller = new AbortController();
    const mapped = errorOf(
      pool.map(never, numbers(5), { signal: controller.signal, chunkSize: 1 }),
    );
    await pool.stats();
    const reason = new Error("enough");
    controller.abort(reason);
    assertStrictEquals(await mapped, reason);
    assertStrictEquals(
      await errorOf(pool.map(never, [1], { signal: controller.signal })),
      reason,
    );
    assertEquals(await pool.map(DOUBLE, [1]), [2]);
  });

  test("map() and imap() tell how far they are", async () => {
    await using pool = create(2);
    const told: Progress[] = [];
    const progress = (it: Progress) => told.push(it);
    await pool.map(DOUBLE, numbers(10), { chunkSize: 3, progress });
    assertEquals(told.length, 4);
    assert(told.every(({ total }) => total === 10));
    assertEquals(told[3].done, 10);
    assert(told[3].elapsed >= told[0].elapsed && told[0].elapsed > 0);
    told.length = 0;
    for await (const _ of pool.imap(DOUBLE, generate(5), { progress }));
    assertEquals(told.at(-1)?.done, 5);
    assertEquals(told.at(-1)?.total, undefined);
    await pool.map(DOUBLE, [], { progress });
  });

  test("map() and imap() count what has failed as done, not what is given up", async () => {
    await using pool = create(2);
    const last = { done: 0 };
    const progress = ({ done }: Progress) => last.done = done;
    const fail = (n: number) => {
      if (n % 10 === 7) throw new RangeError(`item ${n}`);
    };
    await errorOf(pool.map(fail, numbers(100), { chunkSize: 5, progress }));
    assertEquals(last.done, 100);
    const items = [1, () => {}, 3];
    await errorOf(pool.map((it: unknown) => it, items, { progress }));
    assertEquals(last.done, 3);
    last.done = 0;
    const results = pool.imap(fail, numbers(20), { progress });
    for (const n of numbers(20)) {
      assertEquals(
        await results.next().then(() => n % 10 === 7, () => n % 10 !== 7),
        false,
      );
    }
    assertEquals(last.done, 20);
    last.done = 0;
    const never = () => new Promise<void>(() => {});
    const mapped = pool.mapAsync(never, numbers(9), { chunkSize: 1, progress });
    mapped.cancel();
    await errorOf(mapped.get());
    assertEquals(last.done, 0);
  });
}
