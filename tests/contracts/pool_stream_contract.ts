import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Event } from "../../sync/mod.ts";
import { DOUBLE, TaskError } from "../fixtures/pool/tasks.ts";
import { until } from "../until.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";

export const numbers = (count: number) =>
  Array.from({ length: count }, (_, n) => n);

/** A source that knows how far it was read, and whether it was let go of. */
export class Counted {
  read = 0;
  isOver = false;

  *items(count = Infinity) {
    try {
      while (this.read < count) yield this.read++;
    } finally {
      this.isOver = true;
    }
  }

  async *itemsLate(count = Infinity) {
    for (const n of this.items(count)) {
      await undefined;
      yield n;
    }
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(items);
}

/** What a pool does with streams of items. */
export function testPoolStream(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  for (const form of ["imap", "imapUnordered"] as const) {
    test(`${form}() puts the stack of a worker below that of who called`, async () => {
      await using pool = create(1);
      const [fulfilled, failed] = [(n: number) => n, (n: number) => {
        if (n > 0) throw new RangeError("too much");
        return n;
      }];
      const call = collect(pool[form](failed, [0, 1]));
      const error = await errorOf(call) as Error;
      assertInstanceOf(error, RangeError);
      assert(
        /^RangeError: too much\n( {4}at .*\n)*.*pool_stream_contract\.ts(.*\n)* {2}--- in PoolWorker-\d+ ---\n/
          .test(error.stack ?? ""),
        error.stack,
      );
      assert(!error.stack!.includes("_worker_entry"), error.stack);
      assertEquals(await collect(pool[form](fulfilled, [1])), [1]);
    });

    test(`${form}() awaits what is a promise by its then() only`, async () => {
      await using pool = create(1);
      const thenable = (n: number) => ({
        then(resolve: (value: number) => void) {
          resolve(n);
        },
      });
      const results = pool[form](thenable, [1, 2], { chunkSize: 2 });
      assertEquals(await collect(results as AsyncIterable<unknown>), [1, 2]);
    });

    test(`${form}() gives all results, whatever has the items`, async () => {
      await using pool = create(2);
      for (const count of [0, 1, 5, 3000]) {
        const doubled = numbers(count).map((n) => 2 * n);
        // Made anew for each, as a generator is empty the second time.
        for (
          const make of [
            () => numbers(count),
            () => new Set(numbers(count)),
            () => new Counted().items(count),
            () => new Counted().itemsLate(count),
          ]
        ) {
          for (const chunkSize of [undefined, 1, 7]) {
            if (chunkSize !== undefined && count === 3000) continue;
            const results = await collect(
              pool[form](DOUBLE, make(), { chunkSize }),
            );
            if (form === "imapUnordered") results.sort((a, b) => a - b);
            assertEquals(results, doubled);
          }
        }
      }
    });

    test(`${form}() reads no more of an endless source than is needed`, async () => {
      for (const items of ["items", "itemsLate"] as const) {
        await using pool = create(2);
        const source = new Counted();
        let given = 0;
        for await (
          const _ of pool[form](DOUBLE, source[items](), { chunkSize: 1 })
        ) {
          // So many are under way or done and not asked for, and one was given.
          assert(source.read <= given + 1 + 2 * 4, `${source.read} read`);
          if (++given === 50) break;
        }
        // One that is waited for is let go of a little later.
        await until(() => source.isOver, "the source is let go of");
        const { read } = source;
        assertEquals(await pool.apply(() => 1), 1);
        assertEquals(source.read, read);
      }
    });

    test(`${form}() refuses callbacks, which it would not call`, async () => {
      await using pool = create(1);
      for (const option of ["callback", "errorCallback"]) {
        assertThrows(
          () => pool[form](DOUBLE, [1], { [option]: () => {} }),
          TypeError,
          `Cannot ${form}: ${option} is no option of it; take what it gives, or take map`,
        );
      }
      const results = pool[form](
        DOUBLE,
        [1],
        { callback: undefined } as object,
      );
      assertEquals(await Array.fromAsync(results), [2]);
    });

    test(`${form}() reads little before anything is asked for`, async () => {
      await using pool = create(2);
      const source = new Counted();
      const results = pool[form](DOUBLE, source.items());
      for (let n = 0; n < 20; n++) await pool.apply(() => {});
      assert(source.read <= 2 * 4, `${source.read} read`);
      await results.return!();
      assertEquals(source.isOver, true);
      assertEquals((await results.next()).done, true);
    });

    test(`${form}() throws the error of an item in its place, and goes on`, async () => {
      await using pool = create(2);
      for (const chunkSize of [1, 3, 100]) {
        const results = pool[form](
          (n: number) => {
            if (n % 4 === 2) throw new RangeError(`item ${n}`);
            if (n % 4 === 3) return () => {};
            return n;
          },
          numbers(12),
          { chunkSize },
        );
        const seen: unknown[] = [];
        for (;;) {
          try {
            const { done, value } = await results.next();
            if (done) break;
            seen.push(value);
          } catch (error) {
            seen.push((error as Error).message.replace(/: a function.*/, ""));
          }
        }
        const expected = numbers(12).map((n) =>
          n % 4 === 2 ? `item ${n}` : n % 4 === 3 ? "Cannot send result" : n
        );
        if (form === "imapUnordered") {
          assertEquals(seen.map(String).sort(), expected.map(String).sort());
        } else assertEquals(seen, expected);
      }
    });

    test(`${form}() fails only the item that cannot be sent`, async () => {
      await using pool = create(1);
      const items = [0, 1, () => {}, 3];
      for (const chunkSize of [1, 3]) {
        const results = pool[form]((it: unknown) => it, items, { chunkSize });
        const seen: unknown[] = [];
        for (let left = items.length; left > 0; left--) {
          seen.push(await errorOf(results.next().then(({ value }) => value)));
        }
        assertEquals((await results.next()).done, true);
        const errors = seen.filter((it) => it instanceof Error);
        assertEquals(errors.length, 1);
        assertInstanceOf(errors[0], TypeError);
        assert(
          (errors[0] as Error).message.startsWith("Cannot send items[2]: "),
          (errors[0] as Error).message,
        );
      }
    });

    test(`${form}() leaves out of errors what cannot be sent if they are thrown, not if they are results`, async () => {
      await using pool = create(1);
      const give = (isThrown: boolean) => {
        const error = Object.assign(new RangeError("x"), { on() {}, id: 3 });
        if (isThrown) throw error;
        return error;
      };
      const results = pool[form](give, [true, false], { chunkSize: 2 });
      const first = await errorOf(results.next()) as Error;
      const second = await errorOf(results.next()) as Error;
      assertInstanceOf(first, RangeError);
      assertEquals(Object.entries(first), [["id", 3]]);
      assertInstanceOf(second, TypeError);
      assert(second.message.startsWith("Cannot send result.on: "));
    });

    test(`${form}() throws what its source throws, after all results`, async () => {
      await using pool = create(2);
      const failing = function* (count: number) {
        yield* numbers(count);
        throw new TaskError("source", 1);
      };
      const failingLate = async function* (count: number) {
        await undefined;
        yield* failing(count);
      };
      for (const make of [failing, failingLate]) {
        for (
          const [count, given, chunkSize] of [
            [5, 5, 1],
            // As in Python, what is in one chunk with the error goes with it.
            [5, 3, 3],
            [6, 6, 3],
            [500, 500, undefined],
          ]
        ) {
          const seen: number[] = [];
          const items = make(count!);
          const error = await errorOf((async () => {
            const results = pool[form](DOUBLE, items, { chunkSize });
            for await (const n of results) seen.push(n);
          })());
          assertInstanceOf(error, TaskError);
          assertEquals((error as Error).message, "source");
          const doubled = numbers(given!).map((n) => 2 * n);
          assertEquals(seen.toSorted((a, b) => a - b), doubled);
        }
        const { message } = await errorOf(pool.map(DOUBLE, make(5))) as Error;
        assertEquals(message, "source");
      }
    });

    test(`${form}() takes items one by one where tasks have a time limit`, async () => {
      await using pool = create(2, { taskTimeout: 600_000 });
      assertEquals(
        (await collect(pool[form](DOUBLE, numbers(300)))).length,
        300,
      );
      assertEquals(pool.stats().done, 300);
    });

    test(`${form}() gives many that ask at once their turns`, async () => {
      await using pool = create(2);
      const results = pool[form](DOUBLE, numbers(10));
      const all = await Promise.all(numbers(12).map(() => results.next()));
      assertEquals(
        all.slice(0, 10).map(({ value }) => value as number).sort((a, b) =>
          a - b
        ),
        numbers(10).map((n) => 2 * n),
      );
      assertEquals(
        all.slice(10),
        Array(2).fill({
          done: true,
          value: undefined,
        }),
      );
    });

    test(`${form}() says what is wrong with its arguments`, async () => {
      await using pool = create(1);
      // deno-lint-ignore no-explicit-any -- what the compiler refuses
      const call = (...args: any) => (pool[form] as any)(...args);
      assertThrows(
        () => call(DOUBLE, 5),
        TypeError,
        `Cannot ${form}: items is a number, not iterable`,
      );
      assertThrows(
        () => call(DOUBLE, [], { chunkSize: 0 }),
        RangeError,
        `Cannot ${form}: chunkSize is 0, not a whole number from 1`,
      );
      assertThrows(
        () => call(DOUBLE, [], { retries: -1 }),
        RangeError,
        `Cannot ${form}: retries is -1, not a whole number from 0`,
      );
      const reason = new Error("before");
      const error = assertThrows(
        () => call(DOUBLE, [], { signal: AbortSignal.abort(reason) }),
        Error,
      );
      assertStrictEquals(error, reason);
      assertEquals(await pool.apply(() => 1), 1);
    });

    test(`${form}() lets go of its source and its tasks when it is left`, async () => {
      await using pool = create(1);
      const open = shared.event();
      const source = new Counted();
      const items = function* () {
        for (const n of source.items()) yield { n, open };
      };
      const results = pool[form](
        async ({ n, open }: { n: number; open: Event }) => {
          if (n > 0) await open.wait();
          return n;
        },
        items(),
        { chunkSize: 1 },
      );
      assertEquals(await results.next(), { done: false, value: 0 });
      assertEquals(await results.return!(), { done: true, value: undefined });
      assertEquals([source.isOver, pool.stats().queued], [true, 0]);
      open.set();
      assertEquals(await pool.apply(() => 1), 1);
    });

    test(`${form}() can be aborted`, async () => {
      await using pool = create(1);
      const controller = new AbortController();
      const source = new Counted();
      const results = pool[form](DOUBLE, source.items(), {
        signal: controller.signal,
      });
      await results.next();
      const reason = new Error("enough");
      controller.abort(reason);
      // What was done before may come first.
      let error: unknown;
      for (let left = 100; left > 0 && error === undefined; left--) {
        error = await results.next().then(() => undefined, (it) => it);
      }
      assertStrictEquals(error, reason);
      await results.return!();
      assertEquals(source.isOver, true);
      assertEquals(await pool.apply(() => 1), 1);
    });
  }

  test("imapUnordered() gives results as they come", async () => {
    await using pool = create(2);
    const open = shared.event();
    const items = numbers(4).map((n) => ({ n, open }));
    const results = pool.imapUnordered(
      async ({ n, open }) => {
        if (n === 0) await open.wait();
        return n;
      },
      items,
      { chunkSize: 1 },
    );
    const seen: number[] = [];
    for await (const n of results) {
      seen.push(n);
      if (seen.length === 3) open.set();
    }
    assertEquals([seen.slice(0, 3).sort(), seen[3]], [[1, 2, 3], 0]);
  });

  test("imap() keeps the order, whatever is done first", async () => {
    await using pool = create(2);
    const open = shared.event();
    const items = numbers(4).map((n) => ({ n, open }));
    const results = pool.imap(
      async ({ n, open }) => {
        if (n === 0) await open.wait();
        if (n === 3) open.set();
        return n;
      },
      items,
      { chunkSize: 1 },
    );
    assertEquals(await collect(results), [0, 1, 2, 3]);
  });
}
