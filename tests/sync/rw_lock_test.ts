// Locks for readers and writers between processes and threads, and what becomes of them when
// holders and waiters end.

import { assert, assertEquals } from "@std/assert";
import { Queue } from "../../queue/mod.ts";
import { RWLock } from "../../sync/mod.ts";
import {
  keep,
  start,
  waitAndBlock,
  waitFor,
} from "../fixtures/sync/holders.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

Deno.test("RWLock is read by many processes and threads at once", async () => {
  const lock = new RWLock();
  const said = new Queue<unknown>();
  const children = (["process", "thread", "process"] as const).map((kind) =>
    start(kind, keep, lock, "read", 2, said)
  );
  for (const _ of children) assertEquals(await said.get(LONG), "held");
  lock.tryRead()!.release();
  assertEquals(lock.tryWrite(), undefined);
  const writing = lock.write(LONG);
  for (const child of children) {
    assertEquals(lock.tryRead(), undefined);
    child.kill();
    await child.join();
  }
  assertEquals((await writing).abandoned, false);
  assertEquals([lock.tryRead(), lock.tryWrite()], [undefined, undefined]);
});

for (const holder of ["process", "thread"] as const) {
  for (const held of ["read", "write"] as const) {
    for (
      const form of ["read", "readSync", "write", "writeSync"] as const
    ) {
      if (held === "read" && form.startsWith("read")) continue;
      Deno.test(`RWLock goes from a ${holder} that is killed in ${held}() to one who waits by ${form}()`, async () => {
        const lock = new RWLock();
        const said = new Queue<unknown>();
        const child = start(holder, keep, lock, held, 1, said);
        assertEquals(await said.get(LONG), "held");
        const other = start("process", waitFor, lock, form, said);
        assertEquals(await said.get(LONG), "waits");
        const killed = performance.now();
        child.kill();
        assertEquals(await said.get(LONG), held === "write");
        const ms = performance.now() - killed;
        assert(ms < TOLD_MS, `handed on after ${ms} ms`);
        await child.join();
        await other.join();
        lock.tryWrite()!.release();
      });
    }
  }
}

Deno.test("RWLock says that it was abandoned until another has written", async () => {
  const lock = new RWLock();
  const said = new Queue<unknown>();
  const child = start("process", keep, lock, "write", 1, said, "return");
  assertEquals(await said.get(LONG), "held");
  const readers = await Promise.all([lock.read(LONG), lock.read(LONG)]);
  assertEquals(readers.map(({ abandoned }) => abandoned), [true, true]);
  readers.forEach((guard) => guard.release());
  const other = start("process", waitFor, lock, "read", said);
  assertEquals([await said.get(LONG), await said.get(LONG)], ["waits", true]);
  for (const expected of [true, false]) {
    const guard = await lock.write();
    assertEquals(guard.abandoned, expected);
    guard.release();
  }
  assertEquals(lock.tryRead()!.abandoned, false);
  await child.join();
  await other.join();
});

Deno.test("RWLock lets readers in when the writer they wait for is killed", async () => {
  const lock = new RWLock();
  const said = new Queue<unknown>();
  using _reading = lock.readSync();
  const writer = start("process", waitAndBlock, lock, "write", said);
  assertEquals(await said.get(LONG), "waits");
  assertEquals(lock.tryRead(), undefined);
  const reader = start("process", waitFor, lock, "readSync", said);
  assertEquals(await said.get(LONG), "waits");
  const own = lock.read(LONG);
  const killed = performance.now();
  writer.kill();
  (await own).release();
  assertEquals(await said.get(LONG), false);
  const ms = performance.now() - killed;
  assert(ms < TOLD_MS, `let in after ${ms} ms`);
  await writer.join();
  await reader.join();
});

sharedTest(
  "turn",
  "RWLock lets a writer in though others read by turns while a reader that waited is busy",
  async () => {
    const lock = new RWLock();
    const said = new Queue<unknown>();
    const first = lock.writeSync();
    const busy = start("process", waitAndBlock, lock, "read", said);
    assertEquals(await said.get(LONG), "waits");
    const second = lock.write(LONG);
    first.release();
    let isWritten = false;
    // One of the two always reads.
    const readByTurns = async (delay: number) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      while (!isWritten) {
        using _reading = await lock.read(LONG);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const reading = [readByTurns(0), readByTurns(10)];
    (await second).release();
    isWritten = true;
    await Promise.all(reading);
    busy.kill();
    await busy.join();
  },
);

Deno.test("RWLock lets a writer in when the readers whose turn it is are killed", async () => {
  const lock = new RWLock();
  const said = new Queue<unknown>();
  const first = lock.writeSync();
  const readers = [1, 2].map(() =>
    start("process", waitAndBlock, lock, "read", said)
  );
  for (const _ of readers) assertEquals(await said.get(LONG), "waits");
  const second = lock.write(LONG);
  first.release();
  const killed = performance.now();
  readers.forEach((reader) => reader.kill());
  (await second).release();
  const ms = performance.now() - killed;
  assert(ms < TOLD_MS, `let in after ${ms} ms`);
  for (const reader of readers) await reader.join();
});

for (const kind of ["process", "thread"] as const) {
  const test = kind === "thread" ? Deno.test : sharedTest.bind(null, "turn");
  test(`RWLock does not wait for ever for a ${kind} that does not come to write`, async () => {
    const lock = new RWLock();
    const said = new Queue<unknown>();
    const reading = lock.readSync();
    const writer = start(kind, waitAndBlock, lock, "write", said);
    assertEquals(await said.get(LONG), "waits");
    assertEquals(lock.tryRead(), undefined);
    const own = lock.read(LONG);
    reading.release();
    const freed = performance.now();
    (await own).release();
    const ms = performance.now() - freed;
    assert(ms < TOLD_MS, `let in after ${ms} ms`);
    // What a blocked thread has is given up with its process only.
    lock.tryWrite()!.release();
    writer.kill();
    await writer.join();
  });

  test(`RWLock does not wait for ever for a ${kind} that does not come to read`, async () => {
    const lock = new RWLock();
    const said = new Queue<unknown>();
    const first = lock.writeSync();
    const reader = start(kind, waitAndBlock, lock, "read", said);
    assertEquals(await said.get(LONG), "waits");
    const second = lock.write(LONG);
    first.release();
    const freed = performance.now();
    (await second).release();
    const ms = performance.now() - freed;
    assert(ms < TOLD_MS, `let in after ${ms} ms`);
    reader.kill();
    await reader.join();
  });
}

Deno.test("RWLock knows the reads of more processes and threads than its cell has room for", async () => {
  const lock = new RWLock();
  const said = new Queue<unknown>();
  const children = Array.from(
    { length: 12 },
    () => start("thread", keep, lock, "read", 2, said),
  );
  for (const _ of children) assertEquals(await said.get(LONG), "held");
  const writing = lock.write(LONG);
  for (const child of children) {
    child.terminate();
    await child.join();
  }
  (await writing).release();
  lock.tryRead()!.release();
});
