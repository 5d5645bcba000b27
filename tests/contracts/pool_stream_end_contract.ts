import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { DOUBLE } from "../fixtures/pool/tasks.ts";
import { type CreatePool, errorOf } from "./pool_contract.ts";
import { collect, Counted, numbers } from "./pool_stream_contract.ts";

/** What becomes of streams of items when their pool ends. */
export function testPoolStreamEnd(name: string, create: CreatePool): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  for (const form of ["imap", "imapUnordered"] as const) {
    test(`${form}() ends with its pool`, async () => {
      const pool = create(1);
      const source = new Counted();
      const results = pool[form](DOUBLE, source.items());
      await results.next();
      pool.terminate();
      await assertRejects(
        async () => {
          for await (const _ of results);
        },
        DOMException,
        "Cannot finish task: pool is terminated",
      );
      assertEquals(source.isOver, true);
      await pool.join();
    });

    test(`${form}() does not wait for a source that has nothing`, async () => {
      const silent: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.withResolvers<IteratorResult<number>>().promise,
        }),
      };
      const pool = create(1);
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = errorOf(pool[form](DOUBLE, silent, { signal }).next());
      const mapped = errorOf(pool.map(DOUBLE, silent, { signal }));
      const cancelled = pool.mapAsync(DOUBLE, silent);
      const left = pool[form](DOUBLE, silent);
      const next = left.next();
      await left.return!();
      assertEquals((await next).done, true);
      const reason = new Error("enough");
      controller.abort(reason);
      assertStrictEquals(await aborted, reason);
      assertStrictEquals(await mapped, reason);
      cancelled.cancel();
      assertEquals((await errorOf(cancelled) as Error).name, "AbortError");
      const ended = [
        pool[form](DOUBLE, silent).next(),
        pool.map(DOUBLE, silent),
      ]
        .map(errorOf);
      pool.terminate();
      for (const error of await Promise.all(ended)) {
        assertEquals((error as Error).name, "AbortError");
      }
      await pool.join();
    });

    test(`${form}() ends with its pool, whatever its source does then`, async () => {
      const pool = create(1);
      const stubborn = function* () {
        try {
          for (;;) yield 1;
        } finally {
          // deno-lint-ignore no-unsafe-finally
          throw new Error("from finally");
        }
      };
      const results = [stubborn(), stubborn()].map((it) =>
        pool[form](DOUBLE, it)
      );
      assertEquals(await results[0].next(), { done: false, value: 2 });
      await results[0].return!();
      pool.terminate();
      await pool.join();
      assertEquals(pool.stats().workers, []);
      assertEquals((await results[0].next()).done, true);
    });

    test(`${form}() is given up at the end of its block by await using`, async () => {
      await using pool = create(1);
      const source = new Counted();
      {
        await using results = pool[form](DOUBLE, source.items());
        assertEquals(await results.next(), { done: false, value: 0 });
      }
      assertEquals(source.isOver, true);
      assertEquals(await pool.apply(DOUBLE, [1]), 2);
    });

    test(`${form}() can be ended by its own source`, async () => {
      await using pool = create(1);
      const controller = new AbortController();
      const reason = new Error("enough");
      let isLeft = false;
      const results = pool[form](
        DOUBLE,
        (function* () {
          try {
            yield 1;
            controller.abort(reason);
            for (;;) yield 2;
          } finally {
            isLeft = true;
          }
        })(),
        { signal: controller.signal },
      );
      const error = await errorOf((async () => {
        for await (const _ of results);
      })());
      assertStrictEquals(error, reason);
      assertEquals(isLeft, true);
    });

    test(`${form}() leaves the event loop its turns while its pool is joined`, async () => {
      const pool = create(1);
      const source = new Counted();
      const results = pool[form](DOUBLE, source.items(), { chunkSize: 1 });
      assertEquals((await results.next()).done, false);
      pool.close();
      const joined = pool.join();
      const before = source.read;
      // It goes on, though nobody asks.
      while (source.read < before + 50) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      pool.terminate();
      await joined;
      assertEquals(source.isOver, true);
    });

    test(`${form}() comes to its end in a pool that is closed`, async () => {
      const pool = create(2);
      const results = pool[form](DOUBLE, numbers(100), { chunkSize: 1 });
      await results.next();
      pool.close();
      const left = await collect(results);
      assertEquals(left.length, 99);
      await pool.join();
    });

    test(`${form}() keeps its results, and nobody who joins the pool`, async () => {
      const pool = create(2);
      const failing = pool[form](
        (n: number) => {
          if (n === 1) throw new RangeError("one");
          return n;
        },
        numbers(100),
        { chunkSize: 1 },
      );
      // Such a loop does not let go of what it goes through when that fails.
      let given = 0;
      await assertRejects(
        async () => {
          for await (const _ of failing) given++;
        },
        RangeError,
        "one",
      );
      const unasked = pool[form](DOUBLE, numbers(50));
      pool.close();
      await pool.join();
      assertEquals(pool.stats().workers, []);
      const results = await collect(unasked);
      assertEquals(
        results.toSorted((a, b) => a - b),
        numbers(50).map((n) => 2 * n),
      );
      assertEquals((await collect(failing)).length, 99 - given);
      // There is nothing left to end.
      assertThrows(() => pool[form](DOUBLE, [1]), Error, "pool is closed");
    });

    test(`${form}() sends nothing that its source gives after terminate()`, async () => {
      const pool = create(1);
      const second = Promise.withResolvers<number>();
      const results = pool[form](
        DOUBLE,
        (async function* () {
          yield 1;
          yield await second.promise;
        })(),
      );
      // The first is done, and nobody has asked for it.
      await pool.apply(() => {});
      pool.terminate();
      second.resolve(2);
      await pool.join();
      const said: unknown[] = [];
      for (let left = 3; left > 0; left--) {
        said.push(await results.next().catch(({ name }) => name));
      }
      assertEquals(said.slice(-2), [
        "AbortError",
        { done: true, value: undefined },
      ]);
    });
  }
}
