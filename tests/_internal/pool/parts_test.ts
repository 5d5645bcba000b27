// The private parts of pools that need no workers.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { ToldFunction } from "../../../_internal/lanes/mod.ts";
import { chunkSizeFor, chunksOf } from "../../../pool/_chunks.ts";
import { Histogram } from "../../../pool/_histogram.ts";
import { LongTasks } from "../../../pool/_long_tasks.ts";
import { Measures } from "../../../pool/_measures.ts";
import {
  contentsOf,
  functionOf,
  HEADER_BYTES,
  Message,
  runTimeOf,
  taskOf,
  workerOf,
} from "../../../pool/_messages.ts";
import { isCrowded, paceOf } from "../../../pool/_pace.ts";
import { progressLine } from "../../../pool/_progress.ts";
import { Source } from "../../../pool/_source.ts";
import { Task } from "../../../pool/_task.ts";
import { TaskQueue } from "../../../pool/_task_queue.ts";
import { WorkerDiedError } from "../../../pool/mod.ts";

let numbers = 0;

function taskOfPriority(priority: number): Task {
  const treatment = { timeout: 0, signal: undefined, retries: 0, priority };
  const settle = { resolve() {}, reject() {} };
  const none = {} as unknown as ToldFunction;
  return new Task(++numbers, none, 2, treatment, [], settle);
}

function takeAll(queue: TaskQueue): Task[] {
  const all: Task[] = [];
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    all.push(task);
  }
  return all;
}

Deno.test("TaskQueue gives tasks in order, those of higher priority first", () => {
  const queue = new TaskQueue();
  assertEquals([queue.size, queue.first, queue.shift()], [
    0,
    undefined,
    undefined,
  ]);
  const tasks = [0, 3, -2, 0, 3, 1].map(taskOfPriority);
  for (const task of tasks) queue.push(task);
  assertEquals(queue.size, 6);
  assertStrictEquals(queue.first, tasks[1]);
  const order = [1, 4, 5, 0, 3, 2].map((n) => tasks[n]);
  assertEquals(
    takeAll(queue).map(({ number }) => number),
    order.map(({ number }) => number),
  );
  assertEquals([queue.size, queue.first], [0, undefined]);
});

Deno.test("TaskQueue puts back before those that have not waited", () => {
  const queue = new TaskQueue();
  const tasks = [0, 0, 0, 1].map(taskOfPriority);
  for (const task of tasks.slice(1, 3)) queue.push(task);
  queue.putBack(tasks[0]);
  queue.putBack(tasks[3]);
  assertEquals(takeAll(queue), [tasks[3], tasks[0], tasks[1], tasks[2]]);
  queue.push(tasks[1]);
  queue.push(tasks[2]);
  assertStrictEquals(queue.shift(), tasks[1]);
  queue.putBack(tasks[1]);
  assertEquals(takeAll(queue), [tasks[1], tasks[2]]);
});

Deno.test("TaskQueue takes out what is in it, once", () => {
  const queue = new TaskQueue();
  const tasks = [5, 0, 0, -5].map(taskOfPriority);
  for (const task of tasks) queue.push(task);
  assertEquals(queue.remove(taskOfPriority(0)), false);
  assertEquals(queue.remove(taskOfPriority(7)), false);
  assertEquals([queue.remove(tasks[0]), queue.remove(tasks[0])], [true, false]);
  assertStrictEquals(queue.first, tasks[1]);
  assertEquals([queue.remove(tasks[2]), queue.remove(tasks[3])], [true, true]);
  assertEquals(queue.size, 1);
  assertEquals(takeAll(queue), [tasks[1]]);
});

Deno.test("TaskQueue takes out many, and leaves the others in order", () => {
  const queue = new TaskQueue();
  assertEquals(queue.removeAll(new Set([taskOfPriority(0)])), []);
  const tasks = [0, 0, 5, 0, -5, 0, 0].map(taskOfPriority);
  for (const task of tasks) queue.push(task);
  assertStrictEquals(queue.shift(), tasks[2]);
  assertStrictEquals(queue.shift(), tasks[0]);
  const unwanted = [0, 1, 4, 5].map((n) => tasks[n]);
  const removed = [1, 5, 4].map((n) => tasks[n]);
  assertEquals(queue.removeAll(new Set(unwanted)), removed);
  assertEquals([queue.size, queue.lowest], [2, 0]);
  queue.putBack(tasks[2]);
  queue.push(tasks[4]);
  assertEquals(takeAll(queue), [tasks[2], tasks[3], tasks[6], tasks[4]]);
  queue.push(tasks[0]);
  assertEquals(queue.removeAll(new Set(tasks)), [tasks[0]]);
  assertEquals([queue.size, queue.first], [0, undefined]);
});

Deno.test("TaskQueue does as a sorted list does", () => {
  const queue = new TaskQueue();
  const model: Task[] = [];
  const place = (task: Task, isBack: boolean) => {
    const { priority } = task.treatment;
    const at = model.findIndex(({ treatment }) =>
      isBack ? treatment.priority <= priority : treatment.priority < priority
    );
    model.splice(at < 0 ? model.length : at, 0, task);
  };
  for (let step = 0; step < 20_000; step++) {
    const task = taskOfPriority(Math.floor(Math.random() * 4) - 2);
    switch (Math.floor(Math.random() * (step % 4_000 < 2_500 ? 9 : 6))) {
      case 0:
      case 1:
        assertStrictEquals(queue.shift(), model.shift());
        break;
      case 2: {
        const [victim] = model.splice(
          Math.floor(Math.random() * model.length),
          1,
        );
        if (victim !== undefined) assertEquals(queue.remove(victim), true);
        break;
      }
      case 4: {
        // Many at a time would leave none.
        if (step % 16 !== 0) break;
        const unwanted = new Set(model.filter(() => Math.random() < 0.3));
        assertEquals(queue.removeAll(unwanted).length, unwanted.size);
        const left = model.filter((each) => !unwanted.has(each));
        model.splice(0, model.length, ...left);
        break;
      }
      case 3:
        queue.putBack(task);
        place(task, true);
        break;
      default:
        queue.push(task);
        place(task, false);
    }
    assertEquals(queue.size, model.length);
    assertStrictEquals(queue.first, model[0]);
  }
  assert(takeAll(queue).every((task, n) => task === model[n]));
});

Deno.test("Histogram knows percentiles to within a tenth", () => {
  const histogram = new Histogram();
  assertEquals(histogram.percentile(0.5), 0);
  for (let n = 1; n <= 1000; n++) histogram.add(n, 1);
  for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
    const value = histogram.percentile(share);
    const exact = share * 1000;
    assert(value >= exact * 0.99 && value <= exact * 1.1, `${share}: ${value}`);
  }
  histogram.add(1e-9, 98_000);
  histogram.add(1e30, 1_000);
  assert(histogram.percentile(0.5) <= 0.001);
  assert(histogram.percentile(1) > 1e6);
  const zero = new Histogram();
  zero.add(0, 5);
  assert(zero.percentile(0.5) <= 0.001);
});

Deno.test("Measures is not misled by one task that takes long", () => {
  const measures = new Measures();
  const worker = { busyMs: 0 };
  const one = { submittedAt: 0, weight: 1 };
  for (let n = 0; n < 40; n++) measures.learn(worker, one, 0.01);
  const before = measures.meanMs;
  measures.learn(worker, one, 50);
  for (let n = 0; n < 3; n++) measures.learn(worker, one, 0.01);
  assertEquals(measures.meanMs, before);
  // It is by more of them.
  for (let n = 0; n < 4; n++) measures.learn(worker, one, 50);
  assert(measures.meanMs > 10, `${measures.meanMs}`);
});

Deno.test("Measures looks at few of the tasks that are short", () => {
  const measures = new Measures();
  const worker = { busyMs: 0 };
  const one = { submittedAt: 0, weight: 1 };
  assertEquals([measures.isNew, measures.isDue(1)], [true, true]);
  measures.learn(worker, one, 0.01);
  assertEquals(measures.isNew, false);
  const due = (count: number) =>
    Array.from({ length: count }, (_, n) => measures.isDue(n + 1))
      .filter((it) => it).length;
  assertEquals(due(160), 10);
  assertEquals(measures.every, 16);
  measures.learn(worker, { ...one, weight: measures.every }, 0.01);
  // One that is looked at whatever it is like stands for itself.
  measures.learn(worker, one, 0.01);
  assert(Math.abs(worker.busyMs - 18 * 0.01) < 1e-9, `${worker.busyMs}`);
  for (let n = 0; n < 50; n++) measures.learn(worker, one, 5);
  assertEquals(due(160), 160);
  assert(measures.meanMs > 4.9 && measures.meanMs <= 5);
});

Deno.test("Measures takes a long one among short ones for itself only", () => {
  const measures = new Measures();
  const worker = { busyMs: 0 };
  measures.learn(worker, { submittedAt: 0, weight: 16 }, 0.01);
  measures.learn(worker, { submittedAt: 0, weight: 16 }, 300);
  assert(Math.abs(worker.busyMs - 300.16) < 1e-9, `${worker.busyMs}`);
});

Deno.test("LongTasks notices what is not measured and takes long", () => {
  const task = (weight: number) => ({ weight });
  const workerAt = (weight: number, isReady = true) => ({
    sent: [task(weight)],
    isReady,
    busyMs: 0,
    seen: undefined,
    seenFrom: 0,
    seenTo: 0,
  });
  const [long, measured, starting] = [
    workerAt(0),
    workerAt(1),
    workerAt(0, false),
  ];
  const measures = new Measures();
  const list = [long, measured, starting];
  const longTasks = new LongTasks({ list }, measures, () => {});
  const begin = performance.now();
  longTasks.begin();
  longTasks.look();
  assertEquals(list.map(({ seen }) => seen), [
    long.sent[0],
    measured.sent[0],
    undefined,
  ]);
  // However long this test was kept from running before.
  for (const end = performance.now() + 20; performance.now() < end;);
  longTasks.look();
  for (const worker of [long, measured]) {
    worker.sent.shift();
    longTasks.answered(worker);
  }
  const ms = performance.now() - begin;
  assert(long.busyMs >= 20 && long.busyMs <= ms, `${long.busyMs} of ${ms}`);
  assertEquals([measured.busyMs, measured.seen], [0, undefined]);
  // One that is short is left to samples.
  long.sent.push(task(0));
  const before = long.busyMs;
  longTasks.look();
  // However long this test is kept from running.
  long.seenFrom = performance.now() + 1e6;
  longTasks.answered(long);
  assertEquals(long.busyMs, before);
  longTasks.end();
});

Deno.test("LongTasks takes no task for long that is answered while its thread computes", () => {
  const sent = [{ weight: 0 }];
  const worker = {
    sent,
    isReady: true,
    busyMs: 0,
    seen: undefined,
    seenFrom: 0,
    seenTo: 0,
  };
  let answers = () => {};
  const longTasks = new LongTasks(
    { list: [worker] },
    new Measures(),
    () => answers(),
  );
  const block = () => {
    for (const end = performance.now() + 30; performance.now() < end;);
  };
  longTasks.begin();
  longTasks.look();
  block();
  longTasks.answered(worker);
  assertEquals(worker.busyMs, 0);
  // Nor one whose answer is there when it looks too late.
  longTasks.begin();
  block();
  answers = () => sent.splice(0);
  longTasks.look();
  assertEquals(worker.seen, undefined);
  longTasks.end();
});

Deno.test("A chunk of a map is a quarter of what each worker gets", () => {
  assertEquals(
    [0, 1, 8, 9, 1000].map((count) => chunkSizeFor(count, 2)),
    [1, 1, 1, 2, 125],
  );
  assertEquals([...chunksOf([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
  assertEquals([...chunksOf([], 2)], []);
});

Deno.test("Source gives so many items as are asked for, and ends once", () => {
  const log: string[] = [];
  const items = function* () {
    try {
      yield* [1, 2, 3, 4, 5];
    } finally {
      log.push("over");
    }
  };
  const source = new Source(items(), "map");
  assertEquals([source.isSync, source.count, source.isEmpty], [
    true,
    undefined,
    false,
  ]);
  assertEquals(source.take(2), [1, 2]);
  assertEquals(source.take(9), [3, 4, 5]);
  assertEquals([source.isEmpty, source.take(1)], [true, []]);
  source.end();
  assertEquals(log, ["over"]);
  const left = new Source(items(), "map");
  left.take(1);
  left.end();
  left.end();
  assertEquals([log.length, left.take(1)], [2, []]);
});

Deno.test("Source gives the items of async iterables", async () => {
  const items = async function* () {
    yield 1;
    await undefined;
    yield 2;
  };
  const source = new Source(items(), "map");
  assertEquals([source.isSync, source.count], [false, undefined]);
  assertEquals([await source.take(1), await source.take(5)], [[1], [2]]);
  assertEquals(source.isEmpty, true);
});

Deno.test("Source knows how many items there are, where that can be known", () => {
  const counts = [
    [1, 2],
    new Set([1]),
    new Map([[1, 2]]),
    new Uint8Array(3),
    "abc",
  ]
    .map((items) => new Source(items as Iterable<unknown>, "map").count);
  assertEquals(counts, [2, 1, 1, 3, undefined]);
});

Deno.test("Source that throws is empty, and one that is none says so", () => {
  const source = new Source({
    [Symbol.iterator]: () => ({
      next() {
        throw new RangeError("broken");
      },
    }),
  }, "map");
  assertThrows(() => source.take(1), RangeError, "broken");
  assertEquals([source.isEmpty, source.take(1)], [true, []]);
  const none: [unknown, string][] = [
    [null, "null"],
    [undefined, "undefined"],
    [5, "a number"],
    [{}, "an object"],
    [() => {}, "a function"],
  ];
  for (const [items, what] of none) {
    const error = assertThrows(
      () => new Source(items as Iterable<unknown>, "imap"),
      TypeError,
    ) as Error;
    assertEquals(error.message, `Cannot imap: items is ${what}, not iterable`);
  }
});

Deno.test("Source refuses what gives no objects, rather than take for ever", async () => {
  const nexts = (given: unknown) => {
    let left = 3;
    return () => {
      if (left-- > 0) return { value: left };
      return left < -9 ? { done: true } : given;
    };
  };
  const message = (what: string) =>
    `Cannot map: next() of items gave ${what}, not an object`;
  const sync = new Source({
    [Symbol.iterator]: () => ({ next: nexts(undefined) }) as never,
  }, "map");
  assertThrows(() => sync.takeAll(), TypeError, message("undefined"));
  assertEquals([sync.isEmpty, sync.take(1)], [true, []]);
  const late = new Source({
    [Symbol.asyncIterator]: () => ({ next: nexts(5) }) as never,
  }, "map");
  assertEquals(await late.take(9, true), [2, 1, 0]);
  await assertRejects(
    async () => await late.take(1),
    TypeError,
    message("a number"),
  );
  assertEquals([late.isEmpty, await late.take(1)], [true, []]);
});

Deno.test("A message carries its header before its body", () => {
  const body = contentsOf(new Uint8Array([7, 8, 9]));
  const message = new Message(3, 2, 0xfffe, 0xffff_fffd, 0x8000_0001, body);
  for (const each of [message, message.snapshot()]) {
    const bytes = new Uint8Array(each.byteLength);
    each.writeTo(bytes);
    assertEquals(bytes.byteLength, HEADER_BYTES + 3);
    assertEquals([bytes[0], bytes[1]], [3, 2]);
    assertEquals(
      [workerOf(bytes), taskOf(bytes), functionOf(bytes), runTimeOf(bytes)],
      [0xfffe, 0xffff_fffd, 0x8000_0001, 0x8000_0001],
    );
    assertEquals([...bytes.subarray(HEADER_BYTES)], [7, 8, 9]);
  }
});

Deno.test("A line of progress says how much is done, how fast, and what is left", () => {
  assertEquals(
    progressLine(5, 10, 2_000),
    "███████████████░░░░░░░░░░░░░░░  50 %  5/10, 3/s, 2.0 s, 2.0 s left",
  );
  assertEquals(
    progressLine(0, 10, 0),
    `${"░".repeat(30)}   0 %  0/10, 0/s, 0.0 s`,
  );
  assertEquals(
    progressLine(10, 10, 61_000),
    `${"█".repeat(30)} 100 %  10/10, 0/s, 1 min 1 s`,
  );
  assertEquals(
    progressLine(0, 0, 0),
    `${"█".repeat(30)} 100 %  0/0, 0/s, 0.0 s`,
  );
  assertEquals(progressLine(7, undefined, 30_000), "7 done, 0/s, 30 s");
  assertEquals(
    progressLine(1, 2, 119_900).endsWith("2 min 0 s, 2 min 0 s left"),
    true,
  );
});

Deno.test("WorkerDiedError says which worker died, and how", () => {
  const killed = new WorkerDiedError("PoolWorker-1", {
    pid: 5,
    exitCode: -9,
    signal: "SIGKILL",
    task: "square",
  });
  assertInstanceOf(killed, Error);
  assertEquals(
    [
      killed.name,
      killed.message,
      killed.pid,
      killed.exitCode,
      killed.signal,
      killed.task,
    ],
    [
      "WorkerDiedError",
      "Cannot finish square: its worker PoolWorker-1 (pid 5) was killed by SIGKILL",
      5,
      -9,
      "SIGKILL",
      "square",
    ],
  );
  const exited = new WorkerDiedError("T-1", {
    pid: undefined,
    exitCode: 3,
    signal: undefined,
    task: "f",
  });
  assertEquals(
    exited.message,
    "Cannot finish f: its worker T-1 ended with exit code 3",
  );
});

Deno.test("Measures give a worker more tasks at once where workers have all processors", () => {
  const aheadAt = (ms: number) => {
    const measures = new Measures();
    assertEquals([measures.ahead(false), measures.ahead(true)], [1, 1]);
    const worker = { busyMs: 0 };
    measures.learn(worker, { submittedAt: 0, weight: 1 }, ms);
    return [measures.ahead(false), measures.ahead(true)];
  };
  assertEquals([0.001, 0.05, 0.19, 0.25, 3].map(aheadAt), [
    [502, 512],
    [12, 82],
    [4, 23],
    [4, 4],
    [2, 2],
  ]);
});

Deno.test("paceOf() leaves the processors to workers that have all of them and more to do", () => {
  const workers = (...counts: number[]) =>
    counts.map((length) => ({ sent: { length } }));
  const at = (meanMs: number, ...counts: number[]) =>
    paceOf(workers(...counts), { meanMs, areLong: meanMs >= 0.2 }, 2);
  assertEquals(
    [
      at(0, 1, 1),
      at(0.005, 512, 512),
      at(0.1, 5, 0, 0),
      // As many callers as processors, each of which waits for one result.
      at(0.1, 1, 1),
      at(5, 1, 1),
    ],
    ["spin", "spin", "spin", "spin", "spin"],
  );
  assertEquals(
    [at(0.1, 2, 1), at(0.1, 0, 20, 19), at(0.3, 9, 9), at(5, 2, 2)],
    ["park", "park", "park", "park"],
  );
  assertEquals(
    [at(0.1, 20, 20), at(0.1, 20, 0, 30), at(0.006, 400, 400)],
    ["pause", "pause", "pause"],
  );
  assert(isCrowded(workers(0, 1, 0, 1), 2));
  assert(!isCrowded(workers(0, 0, 0, 9), 2));
});
