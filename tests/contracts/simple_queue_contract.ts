import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { QueueClosedError, type SimpleQueue } from "../../queue/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { VALUES } from "./values.ts";
import { checkWaits } from "./wait_contract.ts";

/** Makes a queue of the kind that is tested. */
export type CreateSimpleQueue = <T>() => SimpleQueue<T>;

const PUT_CLOSED = "Cannot put into queue: queue is closed";
const GET_CLOSED = "Cannot get from queue: queue is closed";

/** What a simple queue does on every kind of memory. */
export function testSimpleQueue(
  name: string,
  create: CreateSimpleQueue,
  to: string,
  count = 200_000,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("gives items in the order in which they were put, in every form", async () => {
    const queue = create<number>();
    assert(queue.isEmpty());
    await queue.put(1);
    queue.putSync(2);
    assert(queue.tryPut(3));
    assert(!queue.isEmpty());
    assertEquals(await queue.get(), 1);
    assertEquals(queue.getSync(), 2);
    assertEquals(queue.tryGet(), { ok: true, value: 3 });
    assertEquals(queue.tryGet(), { ok: false });
    assert(queue.isEmpty());
  });

  test("has no size and no limit", async () => {
    const queue = create<number>();
    assertEquals(["size" in queue, "maxSize" in queue], [false, false]);
    for (let n = 0; n < count; n++) queue.putSync(n);
    for (let n = 0; n < count; n++) {
      const item = await queue.get();
      if (item !== n) throw new Error(`${item} came instead of ${n}`);
    }
    assert(queue.isEmpty());
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const queue = create<number>();
    await checkWaits({
      doing: "get from queue",
      wait: (wait) => queue.get(wait),
      waitSync: (wait) => queue.getSync(wait),
    });
    queue.putSync(5);
    assertEquals(await queue.get({ timeout: 0 }), 5);
  });

  test("gives each waiting get() its item, in order", async () => {
    const queue = create<number>();
    const gets = Array.from({ length: 100 }, () => queue.get());
    for (let n = 0; n < 100; n++) await queue.put(n);
    assertEquals(await Promise.all(gets), Array.from(gets, (_, n) => n));
  });

  test("delivers what was put before close(), then says that it is closed", async () => {
    const queue = create<number>();
    await queue.put(1);
    queue.close();
    queue.close();
    await assertRejects(() => queue.put(2), QueueClosedError, PUT_CLOSED);
    assertThrows(() => queue.putSync(2), QueueClosedError, PUT_CLOSED);
    assertThrows(() => queue.tryPut(2), QueueClosedError, PUT_CLOSED);
    assertEquals(queue.getSync(), 1);
    await assertRejects(() => queue.get(), QueueClosedError, GET_CLOSED);
    assertThrows(() => queue.getSync(), QueueClosedError, GET_CLOSED);
    assertThrows(() => queue.tryGet(), QueueClosedError, GET_CLOSED);
    assert(queue.isEmpty());
  });

  test("wakes all who wait by close(), also by using", async () => {
    let gets: Promise<unknown>[];
    {
      using queue = create<number>();
      gets = Array.from(
        { length: 5 },
        () => assertRejects(() => queue.get(), QueueClosedError, GET_CLOSED),
      );
    }
    await Promise.all(gets);
  });

  test("is iterated until it is closed", async () => {
    const queue = create<number>();
    const all = Array.fromAsync(queue);
    for (let n = 0; n < 100; n++) await queue.put(n);
    queue.close();
    assertEquals((await all).length, 100);
  });

  test("takes a value of every kind, and says what cannot be sent", async () => {
    const queue = create<unknown>();
    for (const value of Object.values(VALUES)) {
      await queue.put(value);
      assertEquals(await queue.get(), value);
    }
    await queue.put({ queue });
    assertEquals((await queue.get() as { queue: unknown }).queue, queue);
    const text =
      `Cannot send message.onDone: a function cannot be sent to ${to}`;
    const item = { onDone: () => {} };
    await assertRejects(() => queue.put(item), TypeError, text);
    assertThrows(() => queue.putSync(item), TypeError, text);
    assertThrows(() => queue.tryPut(item), TypeError, text);
    assert(queue.isEmpty());
  });

  test("lets timers and signals through while there is always something", async () => {
    const queue = create<number>();
    await checkInterruptions(async (goesOn) => {
      queue.putSync(0);
      for await (const n of queue) {
        if (!goesOn()) break;
        await queue.put(n + 1);
      }
    });
  });
}
