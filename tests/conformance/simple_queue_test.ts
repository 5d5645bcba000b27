// After CPython's TestSimpleQueue.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { QueueClosedError, SimpleQueue } from "../../queue/mod.ts";
import { Event } from "../../sync/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

leaveNothingBehind();

const CLOSED = "Cannot get from queue: queue is closed";

testBoth(
  "SimpleQueue is empty when nothing is in it, here and in a child",
  async (kind) => {
    const queue = new SimpleQueue<boolean>();
    const mayStart = new Event();
    const mayGoOn = new Event();
    const child = start(
      kind,
      async (queue: SimpleQueue<boolean>, mayStart: Event, mayGoOn: Event) => {
        await mayStart.wait();
        await queue.put(queue.isEmpty());
        await queue.put(queue.isEmpty());
        mayGoOn.set();
      },
      queue,
      mayStart,
      mayGoOn,
    );
    assertEquals(queue.isEmpty(), true);
    mayStart.set();
    await mayGoOn.wait(LONG);
    assertEquals(queue.isEmpty(), false);
    assertEquals([await queue.get(), await queue.get()], [true, false]);
    assertEquals(queue.isEmpty(), true);
    await child.join();
  },
);

Deno.test("SimpleQueue that is closed is empty, and says that it is closed to who gets", async () => {
  const queue = new SimpleQueue<string>();
  queue.close();
  assertEquals(queue.isEmpty(), true);
  await assertRejects(() => queue.get(), QueueClosedError, CLOSED);
  assertThrows(() => queue.tryGet(), QueueClosedError, CLOSED);
  assertThrows(() => queue.getSync(), QueueClosedError, CLOSED);
});

Deno.test("SimpleQueue can be closed twice", () => {
  using queue = new SimpleQueue<string>();
  queue.close();
  queue.close();
});

testBoth(
  "SimpleQueue is closed for those who put and those who get, everywhere",
  async (kind) => {
    const queue = new SimpleQueue<string>();
    await queue.put("last");
    queue.close();
    await assertRejects(
      () => queue.put("late"),
      QueueClosedError,
      "Cannot put into queue: queue is closed",
    );
    const child = start(kind, async (queue: SimpleQueue<string>) => {
      const left = await Array.fromAsync(queue);
      const refused = await queue.put("late").catch((error) => error);
      Deno.exit(
        left.length * 10 + (refused.name === "QueueClosedError" ? 1 : 0),
      );
    }, queue);
    assertEquals(await child.join(), 11);
  },
);
