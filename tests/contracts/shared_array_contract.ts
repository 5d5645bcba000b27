import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  Lock,
  RLock,
  SharedArray,
  type SharedArrays,
  type SharedArrayType,
} from "../../sync/mod.ts";

const CLASSES = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f16: Float16Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
const TYPES = Object.keys(CLASSES) as SharedArrayType[];

/** What an array does on every kind of memory. */
export function testSharedArray(name: string): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  for (const type of TYPES) {
    const isBig = type.endsWith("64") && type !== "f64";
    const number = (n: number) => (isBig ? BigInt(n) : n) as never;

    test(`of ${type} is a typed array of what it was made of`, () => {
      for (
        const content of [
          [3, 1, 2].map(number),
          new Set([3, 1, 2].map(number)),
          [3, 1, 2].map(number).values(),
          new CLASSES[type]([3, 1, 2].map(number) as never),
        ]
      ) {
        using shared = new SharedArray(type, content as never);
        assertInstanceOf(shared.array, CLASSES[type]);
        assertStrictEquals(shared.array, shared.array);
        assertEquals([shared.type, shared.length], [type, 3]);
        assertEquals([...shared], [3, 1, 2].map(number));
        shared.array[1] = number(9);
        assertEquals([...shared], [3, 9, 2].map(number));
      }
    });

    test(`of ${type} is of zeroes at first, whatever was there before`, () => {
      for (let round = 0; round < 4; round++) {
        using shared = new SharedArray(type, 20_000);
        const { array } = shared;
        assertEquals([shared.length, array.length], [20_000, 20_000]);
        assert((array as Float64Array).every((each) => each == 0));
        array.fill(number(1) as never);
      }
    });
  }

  test("works with Atomics", () => {
    using shared = new SharedArray("i32", [5, 6]);
    assertEquals(Atomics.add(shared.array, 1, 4), 6);
    assertEquals(Atomics.compareExchange(shared.array, 1, 10, 3), 10);
    assertEquals(Atomics.load(shared.array, 1), 3);
    using wide = new SharedArray("u64", [1n]);
    assertEquals(Atomics.exchange(wide.array, 0, 2n ** 64n - 1n), 1n);
    assertEquals([...wide], [2n ** 64n - 1n]);
  });

  test("may be empty", () => {
    for (const content of [0, [], new Float64Array()]) {
      using shared = new SharedArray("f64", content);
      assertEquals([shared.length, shared.array.length], [0, 0]);
      assertEquals([...shared], []);
      shared.close();
      assertThrows(() => shared.array, Error, "it is closed");
    }
  });

  test("stores as a typed array does", () => {
    using bytes = new SharedArray("u8", [256, -1, 1.7, "7" as never]);
    assertEquals([...bytes], [...Uint8Array.from([256, -1, 1.7, 7])]);
    using floats = new SharedArray("f32", [0.1, NaN]);
    assertEquals([...floats], [Math.fround(0.1), NaN]);
  });

  test("refuses a content, a type, a length or a lock that cannot be", () => {
    for (
      const [content, text] of [
        ["abc", '"abc"'],
        [undefined, "undefined"],
        [null, "null"],
        [{}, "an object"],
        [{ [Symbol.iterator]: 1 }, "an object"],
        [5n, "5n"],
        [true, "true"],
        [new ArrayBuffer(8), "an object"],
        [new DataView(new ArrayBuffer(8)), "an object"],
      ]
    ) {
      assertEquals(
        assertThrows(
          () => new SharedArray("f64", content as never),
          TypeError,
        ).message,
        `Cannot create shared array: ${text} is neither a length nor an iterable of numbers`,
      );
    }
    for (const length of [-1, 0.5, NaN, Infinity, -Infinity]) {
      assertEquals(
        assertThrows(() => new SharedArray("f64", length), RangeError).message,
        `Cannot create shared array: its length is ${length}, not a whole number from 0`,
      );
    }
    for (const type of ["bool", "double", undefined]) {
      assertThrows(
        () => new SharedArray(type as never, 1),
        TypeError,
        "is not a type; there are i8, u8, i16, u16, i32, u32, i64, u64, f16, f32, f64",
      );
    }
    for (const content of [[1], new Float64Array(2), new Set([1])]) {
      assertThrows(() => new SharedArray("i64", content as never), TypeError);
    }
    assertThrows(() => new SharedArray("f64", [1n] as never), TypeError);
    assertThrows(
      () => new SharedArray("f64", 1, { lock: "lock" as never }),
      TypeError,
      "Cannot create shared array: lock is a string, not a boolean, a Lock or an RLock",
    );
  });

  test("says when there is not so much memory", () => {
    for (const length of [2 ** 40, 2 ** 50, Number.MAX_SAFE_INTEGER, 1e300]) {
      assertThrows(() => new SharedArray("f64", length), RangeError);
    }
  });

  test("has a lock of its own, or yours, or none", () => {
    using own = new SharedArray("i32", 1);
    assertInstanceOf(own.lock, RLock);
    const lock = new Lock();
    using yours = new SharedArray("i32", 1, { lock });
    assertStrictEquals(yours.lock, lock);
    using none = new SharedArray("i32", 1, { lock: false });
    assertEquals(
      assertThrows(() => none.lock, Error).message,
      "Cannot get lock of shared array: it was made with { lock: false }",
    );
  });

  test("cannot be used once it is closed, and is closed once", () => {
    const message = "Cannot read shared array of i32: it is closed";
    const shared = new SharedArray("i32", [1, 2, 3]);
    shared.array;
    shared.close();
    shared.close();
    shared[Symbol.dispose]();
    for (
      const use of [
        () => shared.array,
        () => shared.length,
        () => [...shared],
      ] as (() => unknown)[]
    ) assertEquals(assertThrows(use, Error).message, message);
    assertEquals(shared.type, "i32");
    shared.lock.acquireSync().release();
  });

  test("is typed by what it is of", () => {
    using floats: SharedArray<"f32"> = new SharedArray("f32", 1);
    const array: SharedArrays["f32"] = floats.array;
    using bigs = new SharedArray("i64", 1);
    const first: bigint = bigs.array[0];
    assertEquals([array[0], first], [0, 0n]);
  });
}
