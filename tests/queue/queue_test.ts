// Queues between processes and threads.

import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Process } from "../../process/mod.ts";
import { Queue, ThreadQueue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";
import {
  consume,
  getOrGiveUp,
  getUntilError,
  inGrandchild,
  nothing,
  produce,
  putForever,
  putIntoItself,
  putUntilError,
  start,
} from "../fixtures/messages/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { checkInterruptions } from "../contracts/interruptions.ts";

leaveNothing({ threads: true });

/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };
const KINDS = ["process", "thread"] as const;

async function takeInOrder(
  queue: Queue<unknown>,
  producers: number[],
  count: number,
) {
  const next = new Map(producers.map((id) => [id, 0]));
  for (let left = producers.length * count; left > 0;) {
    const [id, n, again] = await queue.get(LONG) as [
      number,
      number,
      string?,
    ];
    if (again !== undefined) continue;
    assertEquals(n, next.get(id));
    next.set(id, n + 1);
    left--;
  }
}

for (const kind of KINDS) {
  for (const maxSize of [0, 1, 3]) {
    Deno.test(`Queue with maxSize ${maxSize} brings the items of a ${kind} in order`, async () => {
      const queue = new Queue<unknown>({ maxSize });
      const child = start(kind, produce, queue, 1, 600);
      await takeInOrder(queue, [1], 600);
      assertEquals(await child.join(), 0);
    });
  }

  Deno.test(`Queue brings the items of a grandchild, a ${kind}, in order`, async () => {
    const queue = new Queue<unknown>({ maxSize: 2 });
    const child = start(
      "process",
      inGrandchild,
      kind,
      "produce",
      queue,
      1,
      300,
    );
    await takeInOrder(queue, [1], 300);
    await child.join();
  });

  Deno.test(`Queue that is closed wakes the getters and putters of a ${kind}`, async () => {
    const empty = new Queue<unknown>();
    const full = new Queue<unknown>({ maxSize: 1 });
    const said = new Queue<unknown>();
    const children = (["async", "sync"] as const).flatMap((form) => [
      start(kind, getUntilError, empty, said, form),
      start(kind, putUntilError, full, said, form),
    ]);
    // All of them have begun when two items have gone through.
    await empty.put(1);
    await empty.put(1);
    await full.get();
    await full.get();
    assertEquals([await said.get(), await said.get()], [1, 1]);
    empty.close();
    full.close();
    const texts: string[] = [];
    for (let n = 0; n < 4; n++) {
      const error = await said.get(LONG);
      assertEquals((error as Error).name, "QueueClosedError");
      texts.push((error as Error).message);
    }
    assertEquals(texts.sort(), [
      "Cannot get from queue: queue is closed",
      "Cannot get from queue: queue is closed",
      "Cannot put into queue: queue is closed",
      "Cannot put into queue: queue is closed",
    ]);
    for (const child of children) await child.join();
  });

  Deno.test(`Queue.get() that timed out in a ${kind} swallows nothing`, async () => {
    const queue = new Queue<unknown>();
    const said = new Queue<unknown>();
    const child = start(kind, getOrGiveUp, queue, said, 50);
    assertEquals(
      await said.get(LONG),
      "Cannot get from queue: timed out after 50 ms",
    );
    await queue.put("item");
    await child.join();
    assertEquals(await queue.get({ timeout: 0 }), "item");
  });
}

Deno.test("Queue gives each item of many producers to one of many consumers", async () => {
  const queue = new Queue<unknown>({ maxSize: 50 });
  const results = new Queue<unknown>();
  const count = 500;
  const producers = [1, 2, 3].map((id) =>
    start(id === 3 ? "thread" : "process", produce, queue, id, count)
  );
  const consumers = [1, 2, 3].map((id) =>
    start(id === 3 ? "thread" : "process", consume, queue, results, id)
  );
  for (const each of producers) assertEquals(await each.join(), 0);
  queue.close();
  for (const each of consumers) assertEquals(await each.join(), 0);
  results.close();
  const seen = new Map<string, number>();
  const last = new Map<string, number>();
  for await (const result of results) {
    const [consumer, [id, n, again]] = result as [
      number,
      [number, number, string?],
    ];
    if (again !== undefined) continue;
    seen.set(`${id} ${n}`, (seen.get(`${id} ${n}`) ?? 0) + 1);
    // Each consumer sees the items of a producer in their order.
    const key = `${consumer} ${id}`;
    assert((last.get(key) ?? -1) < n);
    last.set(key, n);
  }
  assertEquals(seen.size, 3 * count);
  assert([...seen.values()].every((times) => times === 1));
});

Deno.test("Queue brings what was put before its producer ended", async () => {
  const queue = new Queue<unknown>();
  const child = start("process", produce, queue, 7, 1000);
  assertEquals(await child.join(), 0);
  assertEquals(queue.size, 1000);
  await takeInOrder(queue, [7], 1000);
});

Deno.test("Queue can be put into itself, also in another process", async () => {
  const queue = new Queue<unknown>();
  const child = start("process", putIntoItself, queue);
  const { queue: came } = await queue.get(LONG) as {
    queue: unknown;
  };
  assertStrictEquals(came, queue);
  await child.join();
  assertEquals(queue.isEmpty(), true);
});

Deno.test("Queue can be handed to children many times over", async () => {
  const queue = new Queue<unknown>();
  const map = new Map([["q", { queue, all: [queue, queue] }]]);
  const child = start("process", nothing, map, queue, new Lock(), [queue]);
  assertEquals(await child.join(), 0);
  await queue.put(1);
  assertEquals(await queue.get(), 1);
});

Deno.test("ThreadQueue cannot be handed to a process", async () => {
  const queue = new ThreadQueue<unknown>();
  const text =
    "a ThreadQueue is for the threads of one process; use Queue to reach another process";
  const process = new Process({ target: nothing, args: [{ deep: [queue] }] });
  assertThrows(
    () => process.start(),
    TypeError,
    `Cannot send args[0].deep[0]: ${text}`,
  );
  assertEquals(process.pid, undefined);
  if (!IS_FFI_DENIED) {
    // Else it may be that only threads get it.
    assertThrows(
      () => new Queue<unknown>().tryPut([queue]),
      TypeError,
      `Cannot send message[0]: ${text}`,
    );
  }
  const child = start("thread", produce, queue, 1, 100);
  await takeInOrder(queue, [1], 100);
  await child.join();
});

Deno.test("Queue lets timers and signals through while another process is just as fast", async () => {
  const queue = new Queue<unknown>({ maxSize: 1 });
  const child = start("process", putForever, queue);
  await queue.get(LONG);
  await checkInterruptions(async (goesOn) => {
    while (goesOn()) await queue.get(LONG);
  });
  child.terminate();
  await child.join();
});
