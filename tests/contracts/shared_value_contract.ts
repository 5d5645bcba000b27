import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  Lock,
  RLock,
  type SharedValue,
  type SharedValues,
  type SharedValueType,
} from "../../sync/mod.ts";

/** Makes a value in the memory that is tested. */
type Create = <T extends SharedValueType>(
  type: T,
  initial?: SharedValues[T],
  options?: { lock?: boolean | Lock | RLock },
) => SharedValue<T>;

/** Values of each type that come back as they were. */
const WHOLE = {
  i8: [-128, 127, 0],
  u8: [0, 255, 128],
  i16: [-32768, 32767, -1],
  u16: [65535, 0, 32768],
  i32: [-(2 ** 31), 2 ** 31 - 1, 7],
  u32: [2 ** 32 - 1, 0, 2 ** 31],
  i64: [-(2n ** 63n), 2n ** 63n - 1n, -1n],
  u64: [2n ** 64n - 1n, 0n, 2n ** 63n],
  f16: [1.5, -65504, Infinity, NaN],
  f32: [0.5, -(2 ** 127), 2 ** -149, -Infinity, NaN],
  f64: [Math.PI, -Number.MAX_VALUE, Number.MIN_VALUE, Infinity, NaN],
  bool: [true, false, true],
} as { [T in SharedValueType]: SharedValues[T][] };
const TYPES = Object.keys(WHOLE) as SharedValueType[];

/** What does not fit, in part of another kind. */
const REFUSED: [SharedValueType, unknown, string][] = [
  ["i8", 128, "128 does not fit into i8"],
  ["i8", -129, "-129 does not fit into i8"],
  ["u8", -1, "-1 does not fit into u8"],
  ["u8", 256, "256 does not fit into u8"],
  ["i16", 32768, "32768 does not fit into i16"],
  ["u16", 65536, "65536 does not fit into u16"],
  ["i32", 2 ** 31, "2147483648 does not fit into i32"],
  ["u32", 2 ** 32, "4294967296 does not fit into u32"],
  ["i32", 1.5, "1.5 does not fit into i32"],
  ["i32", NaN, "NaN does not fit into i32"],
  ["u32", Infinity, "Infinity does not fit into u32"],
  ["i64", 2n ** 63n, "9223372036854775808n does not fit into i64"],
  ["u64", -1n, "-1n does not fit into u64"],
  ["i32", 5n, "5n is not a number"],
  ["i32", "5", '"5" is not a number'],
  ["i32", null, "null is not a number"],
  ["f64", 5n, "5n is not a number"],
  ["f64", [5], "an array is not a number"],
  ["f64", new Date(), "an object is not a number"],
  ["i64", 5, "5 is not a bigint"],
  ["u64", Symbol("s"), "Symbol(s) is not a bigint"],
  ["bool", 1, "1 is not a boolean"],
  ["bool", () => 1, "a function is not a boolean"],
];

/** The largest of each type, and what is refused as the sum with 1. */
const MOST = [
  ["i8", 127, "127 + 1"],
  ["u8", 255, "255 + 1"],
  ["i16", 32767, "32767 + 1"],
  ["u16", 65535, "65535 + 1"],
  ["i32", 2147483647, "2147483647 + 1"],
  ["u32", 4294967295, "4294967295 + 1"],
  ["i64", 9223372036854775807n, "9223372036854775807n + 1n"],
  ["u64", 18446744073709551615n, "18446744073709551615n + 1n"],
] as const;

/** What a value does on every kind of memory. */
export function testSharedValue(name: string, create: Create): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  for (const type of TYPES) {
    test(`of ${type} gives what it was set to`, () => {
      const value = create(type);
      assertEquals(value.type, type);
      assertEquals(value.value, WHOLE[type].at(0)!.constructor(0));
      let before = value.value;
      for (const each of WHOLE[type]) {
        value.value = each;
        assertEquals(value.value, each);
        assertEquals(create(type, each).value, each);
        assertEquals(value.exchange(before), each);
        assertEquals(value.exchange(each), before);
        before = each;
      }
    });

    test(`of ${type} is exchanged if it is what was expected`, () => {
      const [first, second] = WHOLE[type];
      const value = create(type, first);
      assertEquals(value.compareExchange(second, second), first);
      assertEquals(value.value, first);
      assertEquals(value.compareExchange(first, second), first);
      assertEquals(value.value, second);
    });
  }

  test("refuses what is of another kind or does not fit, and stays as it is", () => {
    for (const [type, wrong, problem] of REFUSED) {
      const kind = problem.includes(" fit ") ? RangeError : TypeError;
      const refuses = (doing: string, run: () => unknown) =>
        assertEquals(
          assertThrows(run, kind).message,
          `Cannot ${doing} shared value: ${problem}`,
        );
      const right = WHOLE[type][0] as never;
      const value = create(type, right);
      refuses("create", () => create(type, wrong as never));
      refuses("set", () => value.value = wrong as never);
      refuses("exchange", () => value.exchange(wrong as never));
      refuses("compare", () => value.compareExchange(wrong as never, right));
      refuses("exchange", () => value.compareExchange(right, wrong as never));
      assertEquals(value.value, right);
    }
  });

  test("refuses a type or a lock that there is not", () => {
    assertEquals(
      assertThrows(() => create("int" as never), TypeError).message,
      'Cannot create shared value: "int" is not a type; there are i8, u8, i16, u16, i32, u32, i64, u64, f16, f32, f64, bool',
    );
    for (const type of [undefined, 5, "", "toString", {}]) {
      assertThrows(() => create(type as never), TypeError, "is not a type");
    }
    for (
      const [lock, text] of [["lock", "a string"], [null, "null"], [
        {},
        "an object",
      ]]
    ) {
      assertEquals(
        assertThrows(
          () => create("i32", 0, { lock: lock as never }),
          TypeError,
        ).message,
        `Cannot create shared value: lock is ${text}, not a boolean, a Lock or an RLock`,
      );
    }
  });

  test("adds, and gives what it was before", () => {
    for (
      const type of ["i8", "u16", "i32", "u32", "f16", "f32", "f64"] as const
    ) {
      const value = create(type, 5);
      assertEquals([value.add(3), value.add(-7), value.value], [5, 8, 1]);
    }
    for (const type of ["i64", "u64"] as const) {
      const value = create(type, 5n);
      assertEquals([value.add(3n), value.add(-7n), value.value], [5n, 8n, 1n]);
    }
    const half = create("f32", 0.1);
    half.add(0.2);
    assertEquals(half.value, Math.fround(Math.fround(0.1) + 0.2));
    half.add(NaN);
    half.add(1);
    assertEquals(half.value, NaN);
    assertEquals(half.compareExchange(NaN, -0), NaN);
    assertEquals(half.compareExchange(0, 3), -0);
    assertEquals(half.value, 3);
  });

  test("does not wrap around", () => {
    for (const [type, most, sum] of MOST) {
      const value = create(type, most as never);
      const one = typeof most === "bigint" ? 1n : 1;
      assertEquals(
        assertThrows(() => value.add(one as never), RangeError).message,
        `Cannot add to shared value: ${sum} does not fit into ${type}`,
      );
      assertEquals(value.value, most);
    }
    const value = create("u8", 3);
    assertThrows(
      () => value.add(-4),
      RangeError,
      "Cannot add to shared value: 3 + -4 does not fit into u8",
    );
    assertThrows(() => value.add(0.5), RangeError, "3 + 0.5 does not fit");
    assertThrows(() => value.add(NaN), RangeError, "3 + NaN does not fit");
    assertThrows(
      () => value.add("1" as never),
      TypeError,
      'Cannot add to shared value: "1" is not a number',
    );
    assertThrows(
      () => create("i64").add(1 as never),
      TypeError,
      "1 is not a bigint",
    );
    assertThrows(
      () => create("f64").add(undefined as never),
      TypeError,
      "undefined is not a number",
    );
    assertThrows(
      () => create("bool").add(1 as never),
      TypeError,
      "Cannot add to shared value: it is a bool",
    );
    assertEquals(value.value, 3);
  });

  test("has a lock of its own, or yours, or none", async () => {
    const own = create("i32").lock;
    assert(own instanceof RLock);
    const { lock } = create("i32", 0, { lock: true });
    {
      using _guard = await lock.acquire();
      assertEquals([own.locked, lock.locked], [false, true]);
    }
    for (const lock of [new Lock(), new RLock()]) {
      assertStrictEquals(create("i32", 0, { lock }).lock, lock);
    }
    const raw = create("i32", 5, { lock: false });
    assertEquals(
      assertThrows(() => raw.lock, Error).message,
      "Cannot get lock of shared value: it was made with { lock: false }",
    );
    raw.add(1);
    assertEquals(raw.value, 6);
  });
}
