// Joinable queues between processes and threads.

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  cellsInUse,
  processMemory,
  unitsInUse,
} from "../../_internal/memory/mod.ts";
import { Process } from "../../process/mod.ts";
import { JoinableQueue, Queue } from "../../queue/mod.ts";
import {
  getAndHandOn,
  getThenEnd,
  getThenKillSelf,
  joinAndTell,
  makeQueuesAndDie,
  markForOthers,
  markWhatComes,
  start,
  work,
} from "../fixtures/messages/waits.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { letBegin } from "../process/let_begin.ts";
import { sharedTest } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };
const KINDS = ["process", "thread"] as const;
const ENDS = ["return", "exit", "throw", "kill", "terminate"] as const;

for (const kind of KINDS) {
  Deno.test(`JoinableQueue.join() returns when the consumers, each a ${kind}, have done everything`, async () => {
    const queue = new JoinableQueue<unknown>({ maxSize: 20 });
    const done = new Queue<unknown>();
    const consumers = [
      start(kind, work, queue, done, "async"),
      start(kind, work, queue, done, "sync"),
    ];
    await letBegin();
    let expected = 0;
    for (let round = 0; round < 100; round++) {
      for (let n = 0; n < round % 7; n++) await queue.put([round, n]);
      if (round % 2 === 0) await queue.join(LONG);
      else queue.joinSync(LONG);
      expected += round % 7;
      assertEquals([done.size, queue.size], [expected, 0]);
    }
    queue.close();
    for (const each of consumers) assertEquals(await each.join(LONG), 0);
    assert(queue.tryJoin());
  });

  for (const form of ["async", "sync"] as const) {
    Deno.test(`JoinableQueue.join() returns in a ${kind}, ${form}`, async () => {
      const queue = new JoinableQueue<unknown>();
      const said = new Queue<unknown>();
      await queue.put(1);
      const joiner = start(kind, joinAndTell, queue, said, form);
      assertEquals(await said.get(LONG), "joins");
      await queue.get();
      assertEquals(said.isEmpty(), true);
      queue.taskDone();
      assertEquals(await said.get(LONG), "joined");
      assertEquals(await joiner.join(LONG), 0);
    });
  }

  for (const end of ENDS) {
    if (kind === "thread" && end === "kill") continue;
    Deno.test(`JoinableQueue.join() does not wait for a ${kind} that ended before taskDone(), by ${end}`, async () => {
      const queue = new JoinableQueue<unknown>();
      const said = new Queue<unknown>();
      await queue.put("lost");
      await queue.put("kept");
      const how = end === "terminate" ? "sleep" : end;
      const child = start(kind, getThenEnd, queue, said, how);
      assertEquals(await said.get(LONG), "lost");
      assertEquals(await queue.get(LONG), "kept");
      queue.taskDone();
      const begin = performance.now();
      if (end === "terminate") child.terminate();
      await queue.join(LONG);
      const took = performance.now() - begin;
      assert(took < TOLD_MS, `joined after ${took} ms`);
      await child.join(LONG);
      assertThrows(() => queue.taskDone(), Error, "Cannot mark task done");
      // And what comes later counts as ever.
      await queue.put("more");
      assertEquals(queue.tryJoin(), false);
      await queue.get();
      queue.taskDone();
      await queue.join({ timeout: 0 });
    });
  }

  Deno.test(`JoinableQueue.taskDone() may be called by another ${kind} than the consumer`, async () => {
    const queue = new JoinableQueue<unknown>();
    const between = new Queue<unknown>();
    const said = new Queue<unknown>();
    const children = [
      start(kind, getAndHandOn, queue, between),
      start(kind, markForOthers, queue, between, said),
    ];
    for (let n = 0; n < 100; n++) await queue.put(n);
    await queue.join(LONG);
    assertEquals(said.size, 100);
    queue.close();
    assertEquals(await children[0].join(LONG), 0);
    between.close();
    assertEquals(await children[1].join(LONG), 0);
  });
}

Deno.test("JoinableQueue.joinSync() notices the death of a consumer by itself", async () => {
  const queue = new JoinableQueue<unknown>();
  queue.putSync(1);
  start("process", getThenKillSelf, queue, 20);
  await letBegin();
  const begin = performance.now();
  queue.joinSync(LONG);
  const took = performance.now() - begin;
  assert(took < TOLD_MS, `joined after ${took} ms`);
});

Deno.test("JoinableQueue.join() in another process notices the death of a consumer", async () => {
  const queue = new JoinableQueue<unknown>();
  const said = new Queue<unknown>();
  await queue.put("lost");
  const consumer = start("process", getThenEnd, queue, said, "sleep");
  assertEquals(await said.get(LONG), "lost");
  const joiners = (["async", "sync"] as const).map((form) =>
    start("process", joinAndTell, queue, said, form)
  );
  assertEquals([await said.get(LONG), await said.get(LONG)], [
    "joins",
    "joins",
  ]);
  if (consumer instanceof Process) consumer.kill();
  assertEquals([await said.get(LONG), await said.get(LONG)], [
    "joined",
    "joined",
  ]);
  for (const each of [consumer, ...joiners]) await each.join(LONG);
});

Deno.test("JoinableQueue works that comes in a message", async () => {
  const queue = new JoinableQueue<unknown>();
  const other = new JoinableQueue<unknown>();
  await queue.put({ other });
  const consumer = start("process", markWhatComes, queue);
  await other.put(1);
  await queue.join(LONG);
  await other.join(LONG);
  assertEquals(await consumer.join(LONG), 0);
});

sharedTest(
  "mapping",
  "JoinableQueues leave nothing when their maker is killed",
  async () => {
    const memory = processMemory();
    await collectGarbage();
    const before = [cellsInUse(memory), unitsInUse(memory)];
    const child = start("process", makeQueuesAndDie, 50);
    assertEquals(await child.join(LONG), -9);
    assertEquals([cellsInUse(memory), unitsInUse(memory)], before);
  },
);
