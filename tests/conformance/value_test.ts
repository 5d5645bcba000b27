// After CPython's _TestValue and _TestArray.

import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  Lock,
  RLock,
  SharedArray,
  SharedValue,
  type SharedValues,
  type SharedValueType,
} from "../../sync/mod.ts";
import {
  type Kind,
  leaveNothingBehind,
  start,
  testBoth,
  testMapped,
} from "./backends.ts";

leaveNothingBehind();

/** Two values of each type, some of them as large as no smaller type takes. */
const VALUES: {
  [T in SharedValueType]: [SharedValues[T], SharedValues[T]];
} = {
  i8: [-128, 127],
  u8: [120, 255],
  i16: [-232, 2 ** 15 - 1],
  u16: [2 ** 16 - 1, 234],
  i32: [4343, -(2 ** 31)],
  u32: [2 ** 32 - 1, 24234],
  i64: [2n ** 33n, -(2n ** 63n)],
  u64: [2n ** 64n - 1n, 2n ** 34n],
  f16: [0.5, -4.25],
  f32: [2 ** 127, -4.25],
  f64: [3.625, 2 ** 1023],
  bool: [true, false],
};

async function setInChild(kind: Kind, lock: boolean) {
  const types = Object.keys(VALUES) as SharedValueType[];
  const shared = types.map((type) =>
    new SharedValue(type, VALUES[type][0], { lock })
  );
  const read = () => shared.map(({ value }) => value);
  assertEquals(read(), types.map((type) => VALUES[type][0]));
  const seconds = types.map((type) => VALUES[type][1]);
  const child = start(
    kind,
    (shared: SharedValue<SharedValueType>[], values: typeof seconds) => {
      for (const [n, each] of shared.entries()) each.value = values[n];
    },
    shared,
    seconds,
  );
  assertEquals(await child.join(), 0);
  assertEquals(read(), seconds);
}

/** Sums up in a child what is in an array. */
async function sumUpInChild(kind: Kind, lock: boolean) {
  const numbers = [680, 626, 934, 821, 150, 233, 548, 982, 714, 831];
  const shared = new SharedArray("i32", numbers, { lock });
  assertEquals([shared.length, shared.array[3]], [10, 821]);
  assertEquals([...shared.array.subarray(2, 7)], numbers.slice(2, 7));
  shared.array.set([1, 2, 3, 4], 4);
  numbers.splice(4, 4, 1, 2, 3, 4);
  assertEquals([...shared], numbers);
  const child = start(kind, (shared: SharedArray<"i32">) => {
    const { array } = shared;
    for (let n = 1; n < array.length; n++) array[n] += array[n - 1];
  }, shared);
  for (let n = 1; n < numbers.length; n++) numbers[n] += numbers[n - 1];
  assertEquals(await child.join(), 0);
  assertEquals([...shared], numbers);
}

testBoth("SharedValue of every kind can be set by a child", async (kind) => {
  await setInChild(kind, true);
  const values = [1.5, NaN, 2 ** 31];
  for (const value of values) {
    assertThrows(
      () => new SharedValue("i32", value),
      RangeError,
      "Cannot create shared value",
    );
  }
});

testBoth(
  "SharedValue without a lock can be set by a child",
  (kind) => setInChild(kind, false),
);

testBoth("SharedValue has a lock of its own, ours, or none", async (kind) => {
  const own = new SharedValue("i32", 5);
  assertStrictEquals(own.lock, own.lock);
  assertEquals(own.lock instanceof RLock, true);
  const lock = new Lock();
  const ours = new SharedValue("i32", 5, { lock });
  assertStrictEquals(ours.lock, lock);
  const none = new SharedValue("i32", 5, { lock: false });
  assertThrows(
    () => none.lock,
    Error,
    "Cannot get lock of shared value: it was made with { lock: false }",
  );
  assertThrows(
    () => new SharedValue("i32", 5, { lock: "no lock" as unknown as Lock }),
    TypeError,
    "Cannot create shared value: lock is ",
  );
  const guard = await ours.lock.acquire();
  const child = start(kind, async (value: SharedValue<"i32">) => {
    using _guard = await value.lock.acquire();
    value.value *= 2;
  }, ours);
  ours.value += 1;
  guard.release();
  assertEquals(await child.join(), 0);
  assertEquals(ours.value, 12);
});

testMapped(
  "SharedArray can be read and changed in a child",
  (kind) => sumUpInChild(kind, true),
);

Deno.test("SharedArray of a length is full of zeroes", () => {
  // Again, where others have been.
  for (let round = 0; round < 3; round++) {
    using shared = new SharedArray("i32", 10);
    assertEquals(shared.length, 10);
    assertEquals([...shared], new Array(10).fill(0));
    shared.array.set(Array.from({ length: 10 }, (_, n) => n));
    assertEquals([...shared], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

testMapped(
  "SharedArray without a lock can be read and changed in a child",
  (kind) => sumUpInChild(kind, false),
);

Deno.test("SharedArray has a lock of its own, ours, or none", () => {
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const own = new SharedArray("i32", numbers);
  assertStrictEquals(own.lock, own.lock);
  assertEquals(own.lock instanceof RLock, true);
  const lock = new Lock();
  const ours = new SharedArray("i32", numbers, { lock });
  assertStrictEquals(ours.lock, lock);
  const none = new SharedArray("i32", numbers, { lock: false });
  assertThrows(
    () => none.lock,
    Error,
    "Cannot get lock of shared array: it was made with { lock: false }",
  );
  assertThrows(
    () =>
      new SharedArray("i32", numbers, { lock: "no lock" as unknown as Lock }),
    TypeError,
    "Cannot create shared array: lock is ",
  );
  assertEquals([...none], [...ours]);
});
