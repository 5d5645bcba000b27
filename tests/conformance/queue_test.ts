// After CPython's _TestQueue.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  JoinableQueue,
  Queue,
  QueueClosedError,
  ThreadQueue,
} from "../../queue/mod.ts";
import {
  FAR,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
  testProcesses,
} from "./backends.ts";
import { runWell } from "./programs.ts";

leaveNothingBehind();

/** What a queue that is full, or empty, says after a wait. */
async function assertTimesOut(
  doing: string,
  wait: (timeout: number) => Promise<unknown>,
) {
  for (const timeout of [0, -1, 60]) {
    const begin = performance.now();
    const error = await assertRejects(
      () => wait(timeout),
      DOMException,
      `Cannot ${doing} queue: timed out after ${Math.max(0, timeout)} ms`,
    );
    assertEquals(error.name, "TimeoutError");
    const ms = performance.now() - begin;
    assert(ms >= timeout - 5, `${ms} ms instead of ${timeout}`);
  }
}

testBoth("Queue.put() waits while maxSize items are in it", async (kind) => {
  const queue = new Queue<number>({ maxSize: 6 });
  const go = new Queue<string>();
  const child = start(
    kind,
    async (queue: Queue<number>, go: Queue<string>) => {
      await go.get();
      for (let n = 0; n < 6; n++) await queue.get();
      await go.put("gone on");
    },
    queue,
    go,
  );
  assertEquals([queue.isEmpty(), queue.isFull()], [true, false]);
  await queue.put(1);
  await queue.put(2, {});
  queue.putSync(3);
  queue.putSync(4, { timeout: 0 });
  assertEquals([queue.tryPut(5), queue.tryPut(6)], [true, true]);
  assertEquals([queue.isEmpty(), queue.isFull()], [false, true]);
  assertEquals(queue.tryPut(7), false);
  await assertTimesOut("put into", (timeout) => queue.put(7, { timeout }));
  assertThrows(() => queue.putSync(7, { timeout: 0 }), DOMException);
  await go.put("go");
  await child.join();
  assertEquals(await go.get(), "gone on");
  assertEquals([queue.isEmpty(), queue.isFull()], [true, false]);
});

testBoth("Queue.get() waits while nothing is in it", async (kind) => {
  const queue = new Queue<number>();
  const go = new Queue<string>();
  const child = start(
    kind,
    async (queue: Queue<number>, go: Queue<string>) => {
      await go.get();
      for (let n = 2; n <= 5; n++) await queue.put(n);
    },
    queue,
    go,
  );
  assertEquals(queue.isEmpty(), true);
  await go.put("go");
  await child.join();
  assertEquals(queue.isEmpty(), false);
  assertEquals(await queue.get(), 2);
  assertEquals(await queue.get({ timeout: 1_000 }), 3);
  assertEquals(queue.getSync(), 4);
  assertEquals(queue.tryGet(), { ok: true, value: 5 });
  assertEquals(queue.isEmpty(), true);
  assertEquals(queue.tryGet(), { ok: false });
  await assertTimesOut("get from", (timeout) => queue.get({ timeout }));
  assertThrows(() => queue.getSync({ timeout: 0 }), DOMException);
});

testBoth(
  "Queue that was put into before a child starts takes the child's items after",
  async (kind) => {
    const queue = new Queue<number>();
    for (let n = 0; n < 10; n++) await queue.put(n);
    const child = start(kind, async (queue: Queue<number>) => {
      for (let n = 10; n < 20; n++) await queue.put(n);
    }, queue);
    for (let n = 0; n < 20; n++) assertEquals(await queue.get(LONG), n);
    assertEquals(queue.tryGet(), { ok: false });
    assertEquals(await child.join(), 0);
  },
);

Deno.test("Queue.size counts what was put and not yet got", async () => {
  const queue = new Queue<number>();
  const sizes = [queue.size];
  await queue.put(1);
  sizes.push(queue.size);
  await queue.put(5);
  sizes.push(queue.size);
  await queue.get();
  sizes.push(queue.size);
  await queue.get();
  sizes.push(queue.size);
  assertEquals(sizes, [0, 1, 2, 1, 0]);
});

testProcesses(
  "Queue works while a module that uses it is being imported",
  async () => {
    assertEquals(await runWell("uses_queue_at_import.ts"), ["knock knock"]);
  },
);

Deno.test("Queue.get() does not time out early", async () => {
  const queue = new Queue<number>();
  const begin = performance.now();
  await assertRejects(() => queue.get({ timeout: 200 }), DOMException);
  const ms = performance.now() - begin;
  assert(ms >= 199, `${ms} ms`);
  const blocked = performance.now();
  assertThrows(() => queue.getSync({ timeout: 100 }), DOMException);
  assert(performance.now() - blocked >= 99);
});

Deno.test("Queue.put() of what cannot be sent throws, and the queue goes on", async () => {
  const queue = new Queue<unknown>({ maxSize: 1 });
  const refused = {
    get part() {
      throw new RangeError("cannot be read");
    },
  };
  await assertRejects(() => queue.put(refused), RangeError, "cannot be read");
  assertEquals([queue.size, queue.isEmpty()], [0, true]);
  await queue.put(true);
  assertEquals(queue.size, 1);
  assertEquals(await queue.get(LONG), true);
  assertEquals([queue.size, queue.isEmpty()], [0, true]);
});

testBoth(
  "Queue tells the one who puts what cannot be sent, and nobody else",
  async (kind) => {
    const queue = new Queue<unknown>();
    const child = start(kind, async (queue: Queue<unknown>) => {
      let problem: unknown;
      await queue.put([1, { onDone: () => {} }]).catch((it) => problem = it);
      await queue.put((problem as Error).message);
    }, queue);
    assertEquals(
      await queue.get(LONG),
      `Cannot send message[1].onDone: a function cannot be sent to ${
        kind === "process" ? "another process" : FAR
      }`,
    );
    await child.join();
    assertEquals(queue.isEmpty(), true);
  },
);

Deno.test("Queue that is closed is empty when nothing is left in it", async () => {
  for (const Kind of [Queue, JoinableQueue, ThreadQueue]) {
    const unused = new Kind<string>();
    unused.close();
    assertEquals([unused.isEmpty(), unused.size], [true, 0]);
    const used = new Kind<string>();
    await used.put("foo");
    used.close();
    assertEquals([used.isEmpty(), used.size], [false, 1]);
    assertEquals(await used.get(), "foo");
    assertEquals([used.isEmpty(), used.size], [true, 0]);
  }
});

testBoth(
  "Queue that is closed says so to those who put and get, here and in a child",
  async (kind) => {
    const said = new Queue<string[]>();
    const put = "Cannot put into queue: queue is closed";
    const get = "Cannot get from queue: queue is closed";
    const kinds = [Queue, JoinableQueue, ThreadQueue];
    for (const Kind of kind === "thread" ? kinds : kinds.slice(0, 2)) {
      const queue: Queue<string> = new Kind<string>();
      queue.close();
      await assertRejects(() => queue.put("foo"), QueueClosedError, put);
      await assertRejects(() => queue.get(), QueueClosedError, get);
      const child = start(
        kind,
        async (queue: Queue<string>, said: Queue<string[]>) => {
          const texts: string[] = [];
          await queue.put("foo").catch(({ message }) => texts.push(message));
          await queue.get().catch(({ message }) => texts.push(message));
          await said.put(texts);
        },
        queue,
        said,
      );
      assertEquals(await said.get(LONG), [put, get]);
      await child.join();
    }
  },
);

testBoth(
  "JoinableQueue.join() waits until every item is done",
  async (kind) => {
    const queue = new JoinableQueue<number | null>();
    const done = new Queue<number>();
    const children = Array.from({ length: 4 }, () =>
      start(
        kind,
        async (queue: JoinableQueue<number | null>, done: Queue<number>) => {
          for await (const n of queue) {
            if (n === null) break;
            await new Promise((resolve) => setTimeout(resolve, 5));
            await done.put(n);
            queue.taskDone();
          }
          queue.taskDone();
        },
        queue,
        done,
      ));
    for (let n = 0; n < 10; n++) await queue.put(n);
    await queue.join(LONG);
    assertEquals(done.size, 10);
    for (const _ of children) await queue.put(null);
    for (const child of children) assertEquals(await child.join(), 0);
    await queue.join({ timeout: 0 });
    assertThrows(
      () => queue.taskDone(),
      Error,
      "Cannot mark task done: every item that was got is done already",
    );
    await queue.put(1);
    await assertRejects(
      () => queue.join({ timeout: 10 }),
      DOMException,
      "Cannot join queue: timed out after 10 ms",
    );
  },
);
