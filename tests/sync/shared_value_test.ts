// Values between processes and threads.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Queue } from "../../queue/mod.ts";
import { Lock, RLock, SharedValue } from "../../sync/mod.ts";
import {
  addBigOnes,
  addLocked,
  addOnes,
  inGrandchild,
  setAll,
  setHalves,
  start,
  swapOnes,
} from "../fixtures/values/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
const TIMES = IS_FFI_DENIED ? 2_000 : 10_000;

Deno.test("SharedValue.add() of ten processes and two threads loses nothing", async () => {
  const value = new SharedValue("i32", 5);
  const children = Array.from(
    { length: 12 },
    (_, n) => start(n < 10 ? "process" : "thread", addOnes, value, TIMES),
  );
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(value.value, 12 * TIMES + 5);
});

Deno.test("SharedValue.add() loses nothing, in every type", async () => {
  const small = new SharedValue("u8", 0);
  const float = new SharedValue("f64", 0.5);
  const big = new SharedValue("i64", -5n);
  const children = [
    ...["process", "process", "thread"].flatMap((kind) => [
      start(kind as "process", addOnes, small, 70),
      start(kind as "process", addOnes, float, TIMES),
      start(kind as "process", swapOnes, float, TIMES),
      start(kind as "process", addBigOnes, big, TIMES),
    ]),
  ];
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(
    [small.value, float.value, big.value],
    [210, 6 * TIMES + 0.5, 3n * BigInt(TIMES) - 5n],
  );
});

Deno.test("SharedValue.lock makes one of many steps, for all who have the value", async () => {
  for (const lock of [true, new Lock(), new RLock()]) {
    const value = new SharedValue("i32", 0, { lock });
    const children = [
      start("process", addLocked, value, 1_000),
      start("thread", addLocked, value, 1_000),
      start("process", inGrandchild, "thread", "addLocked", value, 1_000),
    ];
    await addLocked(value, 1_000);
    for (const child of children) assertEquals(await child.join(), 0);
    assertEquals(value.value, 4_000);
    assertEquals(value.lock.locked, false);
  }
});

Deno.test("SharedValue is seen as it is set by another, also without a lock", async () => {
  for (const lock of [true, false]) {
    const values = [1, 2.5].map((each) =>
      new SharedValue("f64", each, { lock })
    );
    assertEquals(await start("process", setAll, values, [-3, NaN]).join(), 0);
    assertEquals(values.map(({ value }) => value), [-3, NaN]);
    assertEquals(await start("thread", setAll, values, [0, 7]).join(), 0);
    assertEquals(values.map(({ value }) => value), [0, 7]);
  }
});

Deno.test("SharedValue is never half of one value and half of another", async () => {
  const value = new SharedValue("u64", 0n, { lock: false });
  const float = new SharedValue("f64", 1, { lock: false });
  const said = new Queue<unknown>();
  const child = start("process", setHalves, value, float, said);
  assertEquals(await said.get(LONG), "sets");
  const seen = new Set<unknown>();
  while (seen.size < 4 || said.isEmpty()) {
    for (let n = 0; n < 100_000; n++) seen.add(value.value).add(float.value);
  }
  child.terminate();
  await child.join();
  assertEquals(seen, new Set([0n, 0xffff_ffff_ffff_ffffn, 1, -(2 ** 1000)]));
});

Deno.test("SharedValue comes back from a message as itself, with its lock", async () => {
  const queue = new Queue<{ value: SharedValue<"i32">; lock: Lock | RLock }>();
  const value = new SharedValue("i32", 1);
  const raw = new SharedValue("i32", 1, { lock: false });
  await queue.put({ value, lock: value.lock });
  const came = await queue.get();
  assert(came.value === value && came.lock === value.lock);
  await queue.put({ value: raw, lock: value.lock });
  assertThrows(() => queue.getSync().value.lock, Error, "{ lock: false }");
});
