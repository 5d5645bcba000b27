import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Lock } from "../../sync/mod.ts";
import {
  type Queue,
  QueueClosedError,
  type QueueOptions,
} from "../../queue/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { VALUES } from "./values.ts";
import { checkWaits } from "./wait_contract.ts";

/** Makes a queue of the kind that is tested. */
export type CreateQueue = <T>(options?: QueueOptions) => Queue<T>;

const PUT_CLOSED = "Cannot put into queue: queue is closed";
const GET_CLOSED = "Cannot get from queue: queue is closed";

/** How many items are many, and how many of them are put and got at once. */
export interface Many {
  readonly count: number;
  readonly atOnce: number;
}

/** What a queue does on every kind of memory. */
export function testQueue(
  name: string,
  create: CreateQueue,
  to: string,
  many: Many = { count: 1_000_000, atOnce: 1 },
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("gives items in the order in which they were put, in every form", async () => {
    const queue = create<number>();
    await queue.put(1);
    queue.putSync(2);
    assert(queue.tryPut(3));
    assertEquals(queue.size, 3);
    assertEquals(await queue.get(), 1);
    assertEquals(queue.getSync(), 2);
    assertEquals(queue.tryGet(), { ok: true, value: 3 });
    assertEquals(queue.tryGet(), { ok: false });
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const empty = create<number>();
    await checkWaits({
      doing: "get from queue",
      wait: (wait) => empty.get(wait),
      waitSync: (wait) => empty.getSync(wait),
    });
    const full = create<number>({ maxSize: 1 });
    await full.put(1);
    await checkWaits({
      doing: "put into queue",
      wait: (wait) => full.put(2, wait),
      waitSync: (wait) => full.putSync(2, wait),
    });
    // None of those gets swallows an item, none of those puts is delivered.
    await empty.put(5);
    assertEquals([empty.size, await empty.get()], [1, 5]);
    assertEquals([full.size, full.getSync()], [1, 1]);
    assertEquals([full.size, full.tryGet()], [0, { ok: false }]);
    await full.put(3);
    assertEquals(await full.get(), 3);
  });

  test("waits without a timer for more than 2^31 ms", async () => {
    const queue = create<number>();
    for (const timeout of [Infinity, 2 ** 31, 2 ** 33 + 7]) {
      const got = queue.get({ timeout });
      await queue.put(1);
      assertEquals(await got, 1);
      assertEquals(
        (queue.putSync(2, { timeout }), queue.getSync({ timeout })),
        2,
      );
    }
  });

  test("get() that timed out leaves the item to the next get()", async () => {
    const queue = create<number>();
    const late = assertRejects(() => queue.get({ timeout: 5 }), DOMException);
    const next = queue.get();
    await late;
    await queue.put(1);
    assertEquals(await next, 1);
  });

  test("put() that timed out or was aborted does not hold up the next put()", async () => {
    const queue = create<number>({ maxSize: 1 });
    await queue.put(1);
    const controller = new AbortController();
    const late = assertRejects(
      () => queue.put(2, { timeout: 5 }),
      DOMException,
    );
    const aborted = queue.put(3, { signal: controller.signal })
      .catch((reason) => reason);
    const next = queue.put(4);
    await late;
    controller.abort("enough");
    assertEquals(await aborted, "enough");
    assertEquals(await queue.get(), 1);
    await next;
    assertEquals(await queue.get(), 4);
    assertEquals(queue.isEmpty(), true);
  });

  test("does not take notice of an abort after the end of the wait", async () => {
    const queue = create<number>();
    const controller = new AbortController();
    const got = queue.get({ signal: controller.signal });
    await queue.put(1);
    assertEquals(await got, 1);
    controller.abort();
    await queue.put(2);
    assertEquals(await queue.get(), 2);
  });

  test("keeps the order of puts and gets that are not awaited", async () => {
    const queue = create<number>({ maxSize: 3 });
    const numbers = Array.from({ length: 1000 }, (_, n) => n);
    const puts = numbers.map((n) => queue.put(n));
    const gets = numbers.map(() => queue.get());
    assertEquals(await Promise.all(gets), numbers);
    await Promise.all(puts);
    const later = numbers.map(() => queue.get());
    const earlier = numbers.map((n) => queue.put(n));
    assertEquals(await Promise.all(later), numbers);
    await Promise.all(earlier);
    assertEquals(queue.size, 0);
  });

  test("does putSync() after a put() that was not awaited", async () => {
    const queue = create<number>({ maxSize: 2 });
    const put = [queue.put(1), queue.put(2), queue.put(3)];
    assertThrows(() => queue.putSync(4, { timeout: 10 }), DOMException);
    assertEquals(queue.tryPut(5), false);
    assertEquals(queue.getSync(), 1);
    assertEquals(queue.getSync(), 2);
    // The third waits for its turn; what blocks the thread must let it go first.
    queue.putSync(6, { timeout: 2_000 });
    await Promise.all(put);
    assertEquals([await queue.get(), await queue.get()], [3, 6]);
  });

  test("does getSync() after a get() that was not awaited", async () => {
    const queue = create<number>();
    const first = queue.get();
    assert(queue.tryPut(1));
    assert(queue.tryPut(2));
    assertEquals(queue.getSync({ timeout: 2_000 }), 2);
    assertEquals(await first, 1);
  });

  for (const maxSize of [1, 3, 1000]) {
    test(`holds ${maxSize} items with maxSize ${maxSize}`, async () => {
      const queue = create<number>({ maxSize });
      assertEquals([queue.maxSize, queue.isEmpty()], [maxSize, true]);
      for (let n = 0; n < maxSize; n++) {
        assertEquals([queue.size, queue.isFull()], [n, false]);
        assert(queue.tryPut(n));
        assertEquals(queue.isEmpty(), false);
      }
      assertEquals([queue.size, queue.isFull()], [maxSize, true]);
      assertEquals(queue.tryPut(-1), false);
      const waiting = queue.put(maxSize);
      assertEquals(await queue.get(), 0);
      await waiting;
      for (let n = 1; n <= maxSize; n++) {
        assertEquals(queue.getSync(), n);
        assertEquals([queue.size, queue.isFull()], [maxSize - n, false]);
      }
      assertEquals(queue.isEmpty(), true);
    });
  }

  test("takes only a whole number as maxSize, or Infinity for none", () => {
    for (const queue of [create(), create({ maxSize: Infinity })]) {
      assertEquals([queue.maxSize, queue.isFull()], [0, false]);
      assertEquals([queue.tryPut(1), queue.isFull()], [true, false]);
    }
    for (const maxSize of [-1, 1.5, NaN, -Infinity, 2 ** 31]) {
      assertThrows(
        () => create({ maxSize }),
        RangeError,
        `Cannot create queue: maxSize is ${maxSize}, not a whole number from 0 to 2147483647`,
      );
    }
  });

  test("delivers what was put before close(), then says that it is closed", async () => {
    const queue = create<number>();
    await queue.put(1);
    await queue.put(2);
    queue.close();
    queue.close();
    await assertRejects(() => queue.put(3), QueueClosedError, PUT_CLOSED);
    assertThrows(() => queue.putSync(3), QueueClosedError, PUT_CLOSED);
    assertThrows(() => queue.tryPut(3), QueueClosedError, PUT_CLOSED);
    assertEquals(queue.size, 2);
    assertEquals(await queue.get(), 1);
    assertEquals(queue.getSync(), 2);
    await assertRejects(() => queue.get(), QueueClosedError, GET_CLOSED);
    await assertRejects(
      () => queue.get({ timeout: 0 }),
      QueueClosedError,
      GET_CLOSED,
    );
    assertThrows(() => queue.getSync(), QueueClosedError, GET_CLOSED);
    assertThrows(() => queue.tryGet(), QueueClosedError, GET_CLOSED);
    assertEquals([queue.size, queue.isEmpty()], [0, true]);
  });

  test("wakes all who wait by close()", async () => {
    const empty = create<number>();
    const gets = Array.from(
      { length: 5 },
      () => assertRejects(() => empty.get(), QueueClosedError, GET_CLOSED),
    );
    empty.close();
    await Promise.all(gets);
    const full = create<number>({ maxSize: 1 });
    await full.put(1);
    const puts = Array.from(
      { length: 5 },
      () => assertRejects(() => full.put(2), QueueClosedError, PUT_CLOSED),
    );
    full.close();
    await Promise.all(puts);
    assertEquals(await Array.fromAsync(full), [1]);
  });

  test("is closed by using, and iteration ends", async () => {
    let outer: Queue<number>;
    {
      using queue = create<number>();
      outer = queue;
      await queue.put(1);
    }
    assertEquals(await Array.fromAsync(outer), [1]);
    const queue = create<number>();
    const all = Array.fromAsync(queue);
    for (let n = 0; n < 100; n++) await queue.put(n);
    queue.close();
    assertEquals((await all).length, 100);
  });

  test("leaves the rest when iteration is broken off", async () => {
    const queue = create<number>();
    for (let n = 0; n < 4; n++) await queue.put(n);
    for await (const n of queue) {
      if (n === 1) break;
    }
    assertEquals([queue.size, queue.getSync()], [2, 2]);
  });

  test("takes a value of every kind", async () => {
    const queue = create<unknown>();
    for (const value of Object.values(VALUES)) {
      await queue.put(value);
      assertEquals(await queue.get(), value);
      queue.putSync([value]);
      assertEquals(queue.getSync(), [value]);
    }
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    await queue.put(cycle);
    const copy = await queue.get() as typeof cycle;
    assertStrictEquals(copy.self, copy);
    assertNotStrictEquals(copy, cycle);
    const error = new RangeError("too much", { cause: [1] });
    await queue.put(error);
    const came = await queue.get() as RangeError;
    assertInstanceOf(came, RangeError);
    assertEquals([came.message, came.cause], ["too much", [1]]);
  });

  test("takes a message larger than everything", async () => {
    const bytes = new Uint8Array(50_000_000);
    for (let at = 0; at < bytes.length; at += 4096) bytes[at] = at >> 12;
    const queue = create<{ bytes: Uint8Array; text: string }>();
    await queue.put({ bytes, text: "x".repeat(1 << 20) });
    await queue.put({ bytes: bytes.subarray(0, 0), text: "" });
    const item = await queue.get();
    assertEquals(item.text.length, 1 << 20);
    assertEquals(item.bytes.length, bytes.length);
    for (let at = 0; at < bytes.length; at += 4096) {
      if (item.bytes[at] !== bytes[at]) throw new Error(`torn at ${at}`);
    }
    assertEquals((await queue.get()).bytes.length, 0);
  });

  test("takes messages of every length around its limits", () => {
    const queue = create<Uint8Array>();
    for (const about of [0, 64, 16_384, 65_536, 1 << 20]) {
      for (
        let length = Math.max(0, about - 40);
        length < about + 10;
        length++
      ) {
        const bytes = new Uint8Array(length).fill(length);
        queue.putSync(bytes);
        const copy = queue.getSync();
        if (copy.length !== length || copy.some((it) => it !== bytes[0])) {
          throw new Error(`${length} bytes came as ${copy.length}`);
        }
      }
    }
  });

  test(`takes ${many.count} small items with no consumer`, async () => {
    const queue = create<number>();
    const { count, atOnce } = many;
    for (let n = 0; n < count; n += atOnce) {
      if (atOnce === 1) queue.tryPut(n);
      else await Promise.all(range(n, atOnce).map((item) => queue.put(item)));
    }
    assertEquals(queue.size, count);
    for (let n = 0; n < count; n += atOnce) {
      const items = atOnce === 1
        ? [await queue.get()]
        : await Promise.all(range(n, atOnce).map(() => queue.get()));
      for (const [index, item] of items.entries()) {
        if (item === n + index) continue;
        throw new Error(`${item} came instead of ${n + index}`);
      }
    }
    assertEquals(queue.isEmpty(), true);
  });

  test("copies an item when it is put, also one that waits", async () => {
    const queue = create<{ n: number }>({ maxSize: 1 });
    const item = { n: 1 };
    const big = { n: 1, bytes: new Uint8Array(100_000) };
    await queue.put(item);
    const waiting = [queue.put(item), queue.put(big)];
    item.n = 2;
    big.n = 2;
    big.bytes.fill(1);
    assertEquals(await queue.get(), { n: 1 });
    assertEquals(await queue.get(), { n: 1 });
    assertEquals(
      await queue.get(),
      { n: 1, bytes: new Uint8Array(100_000) } as never,
    );
    await Promise.all(waiting);
  });

  test("says which part of an item cannot be sent, and puts nothing then", async () => {
    const queue = create<unknown>();
    const refused: [unknown, string][] = [
      [
        { onDone: () => {} },
        `message.onDone: a function cannot be sent to ${to}`,
      ],
      [() => {}, `message: a function cannot be sent to ${to}`],
      [[1, Symbol("s")], `message[1]: a symbol cannot be sent to ${to}`],
      [
        new Map([["k", [() => {}]]]),
        `message.get("k")[0]: a function cannot be sent to ${to}`,
      ],
      [
        { bytes: new Uint8Array(100_000), then: () => {} },
        `message.then: a function cannot be sent to ${to}`,
      ],
      [
        [Object.assign(new Error("x"), { id: 3, on: () => {} })],
        `message[0].on: a function cannot be sent to ${to}`,
      ],
    ];
    for (const [value, problem] of refused) {
      const text = `Cannot send ${problem}`;
      await assertRejects(() => queue.put(value), TypeError, text);
      assertThrows(() => queue.putSync(value), TypeError, text);
      assertThrows(() => queue.tryPut(value), TypeError, text);
    }
    assertEquals([queue.size, queue.isEmpty()], [0, true]);
    const failing = {
      get part() {
        throw new Error("from the getter");
      },
    };
    await assertRejects(() => queue.put(failing), Error, "from the getter");
    assertEquals(queue.tryGet(), { ok: false });
  });

  test("lets a getter of an item use the queue", async () => {
    const queue = create<unknown>();
    await queue.put({
      get inner() {
        queue.putSync("inner");
        return queue.size;
      },
    });
    assertEquals(await queue.get(), "inner");
    assertEquals(await queue.get(), { inner: 1 });
  });

  test("gives back the same objects", async () => {
    const queue = create<unknown>();
    const lock = new Lock();
    await queue.put(new Map([["lock", [lock, lock]]]));
    const map = await queue.get() as Map<string, Lock[]>;
    assertStrictEquals(map.get("lock")![0], lock);
    assertStrictEquals(map.get("lock")![1], lock);
    await queue.put({ queue });
    assertStrictEquals((await queue.get() as { queue: unknown }).queue, queue);
  });

  test("lets timers and signals through while there is always something", async () => {
    const queue = create<number>();
    await checkInterruptions(async (goesOn) => {
      queue.tryPut(0);
      for await (const n of queue) {
        if (!goesOn()) break;
        await queue.put(n + 1);
      }
    });
  });
}

function range(from: number, length: number): number[] {
  return Array.from({ length }, (_, index) => from + index);
}
