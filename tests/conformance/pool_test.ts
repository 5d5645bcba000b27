// After the part of CPython's _TestPool that is about calls.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { leaveNothingBehind, testBoth } from "./backends.ts";
import { create, numbers, square, squares, throwing } from "./pools.ts";

leaveNothingBehind();

const multiply = (a: number, b: number) => a * b;
const FAR = { timeout: 20_000 };

async function collect<T>(items: AsyncIterable<T>) {
  const all: T[] = [];
  let error: unknown;
  try {
    for await (const item of items) all.push(item);
  } catch (it) {
    error = it;
  }
  return { all, error };
}

testBoth(
  "Pool.apply() calls with the arguments, and without any",
  async (kind) => {
    await using pool = create(kind, 2);
    assertEquals(await pool.apply(square, [5]), 25);
    assertEquals(await pool.apply(square), 0);
  },
);

testBoth("Pool.map() gives what map() gives", async (kind) => {
  await using pool = create(kind, 2);
  assertEquals(await pool.map(square, numbers(10)), squares(10));
  assertEquals(
    await pool.map(square, numbers(100), { chunkSize: 20 }),
    squares(100),
  );
});

testBoth("Pool.starmap() and starmapAsync() spread pairs", async (kind) => {
  await using pool = create(kind, 2);
  const pairs = numbers(100).map((n): [number, number] => [n, 99 - n]);
  const products = pairs.map(([a, b]) => a * b);
  assertEquals(await pool.starmap(multiply, pairs), products);
  assertEquals(
    await pool.starmap(multiply, pairs, { chunkSize: 20 }),
    products,
  );
  assertEquals(await pool.starmapAsync(multiply, pairs).get(), products);
});

testBoth(
  "Pool.mapAsync() gives a result to get, and calls back",
  async (kind) => {
    await using pool = create(kind, 2);
    assertEquals(await pool.mapAsync(square, numbers(10)).get(), squares(10));
    const said: unknown[] = [];
    const options = {
      callback: (it: unknown) => said.push(it),
      errorCallback: (it: unknown) => said.push(it),
    };
    const parse = (text: string) => BigInt(text);
    await pool.mapAsync(parse, ["1"], options).wait();
    assertEquals(said, [[1n]]);
    await pool.mapAsync(parse, ["a"], options).wait();
    assertEquals(said.length, 2);
    assertInstanceOf(said[1], SyntaxError);
  },
);

testBoth(
  "Pool.map() of what cannot be sent throws, and does not hang",
  async (kind) => {
    await using pool = create(kind, 2);
    await assertRejects(
      () => pool.map((it: unknown) => it, Array(10).fill(() => {})),
      TypeError,
      "Cannot send items[0]: a function cannot be sent",
    );
    assertEquals(await pool.apply(square, [2]), 4);
  },
);

testBoth(
  "Pool.mapAsync() of nothing is done, whatever its chunkSize",
  async (kind) => {
    await using pool = create(kind, 2);
    assertEquals(
      await pool.mapAsync(square, [], { chunkSize: 1 }).get(FAR),
      [],
    );
  },
);

testBoth(
  "Pool.map() throws what its source throws, each time",
  async (kind) => {
    await using pool = create(kind, 2);
    for (const [total, when] of [[1, -1], [1, -1], [10, 3]]) {
      await assertRejects(
        () => pool.map(square, throwing(total, when), { chunkSize: 1 }),
        SyntaxError,
        "when",
      );
    }
    const special = {
      length: 1,
      [Symbol.iterator]: () => ({
        next(): IteratorResult<number> {
          throw new SyntaxError("when");
        },
      }),
    };
    for (let again = 0; again < 2; again++) {
      await assertRejects(
        () => pool.map(square, special, { chunkSize: 1 }),
        SyntaxError,
      );
    }
  },
);

testBoth(
  "Pool.applyAsync() gives the result as soon as it is there",
  async (kind) => {
    await using pool = create(kind, 1);
    const result = pool.applyAsync(async (n: number, ms: number) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return n * n;
    }, [7, 60]);
    const begin = performance.now();
    assertEquals(await result.get(), 49);
    const ms = performance.now() - begin;
    assert(ms >= 55 && ms < 20_000, `${ms} ms`);
  },
);

testBoth(
  "Pool.applyAsync().get() times out while the task goes on",
  async (kind) => {
    await using pool = create(kind, 3);
    const result = pool.applyAsync(async () => {
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });
    const begin = performance.now();
    const error = await assertRejects(
      () => result.get({ timeout: 60 }),
      DOMException,
      "Cannot get result: timed out after 60 ms",
    );
    assertEquals(error.name, "TimeoutError");
    assert(performance.now() - begin >= 55);
    assertEquals(result.ready(), false);
  },
);

testBoth("Pool.imap() gives the results one by one, in order", async (kind) => {
  await using pool = create(kind, 2);
  assertEquals(
    await Array.fromAsync(pool.imap(square, numbers(10))),
    squares(10),
  );
  for (const [count, chunkSize] of [[10, 1], [1000, 100]]) {
    const results = pool.imap(square, numbers(count), { chunkSize });
    for (const n of numbers(count)) {
      assertEquals(await results.next(), { done: false, value: n * n });
    }
    assertEquals((await results.next()).done, true);
  }
});

testBoth(
  "Pool.imap() throws what its source throws, behind the results",
  async (kind) => {
    await using pool = create(kind, 2);
    for (
      const [total, when, chunkSize, before] of [
        [1, -1, 1, 0],
        [1, -1, 1, 0],
        [10, 3, 1, 3],
        [20, 7, 2, 6],
        [20, 7, 4, 4],
      ]
    ) {
      const { all, error } = await collect(
        pool.imap(square, throwing(total, when), { chunkSize }),
      );
      assertEquals(all, squares(before));
      assertInstanceOf(error, SyntaxError);
    }
  },
);

testBoth("Pool.imapUnordered() gives all results", async (kind) => {
  await using pool = create(kind, 2);
  for (const [count, chunkSize] of [[10, undefined], [1000, 100]]) {
    const { all } = await collect(
      pool.imapUnordered(square, numbers(count!), { chunkSize }),
    );
    assertEquals(all.toSorted((a, b) => a - b), squares(count!));
  }
});

testBoth(
  "Pool.imapUnordered() throws what its source throws, behind the results",
  async (kind) => {
    await using pool = create(kind, 2);
    for (
      const [total, when, chunkSize, before] of [
        [1, -1, 1, 0],
        [1, -1, 1, 0],
        [10, 3, 1, 3],
        [20, 7, 2, 6],
      ]
    ) {
      const { all, error } = await collect(
        pool.imapUnordered(square, throwing(total, when), { chunkSize }),
      );
      assertEquals(all.toSorted((a, b) => a - b), squares(before));
      assertInstanceOf(error, SyntaxError);
    }
  },
);
