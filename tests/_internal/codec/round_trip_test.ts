import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { decode, encode } from "../../../_internal/codec/mod.ts";
import { assertClone } from "./assert_clone.ts";
import { bytesOf, random, roundTrip } from "./round_trip.ts";

const VIEWS: (new (
  buffer: ArrayBuffer,
  offset?: number,
  length?: number,
) => ArrayBufferView)[] = [
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float16Array,
  Float32Array,
  Float64Array,
];

class Point {
  #length = 0;
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
    this.#length = Math.hypot(x, y);
  }

  get length(): number {
    return this.#length;
  }
}

function assertLikeStructuredClone(value: unknown): void {
  assertClone(roundTrip(value), structuredClone(value));
}

Deno.test("encode() and decode() keep every number as it is", () => {
  const numbers = [0, -0, NaN, Infinity, -Infinity, 0.1, 5e-324, 2 ** 53];
  for (let power = 0; power < 33; power++) {
    for (const near of [-1, 0, 1]) {
      numbers.push(2 ** power + near, -(2 ** power) + near);
    }
  }
  for (const number of numbers) assertLikeStructuredClone(number);
  assertLikeStructuredClone(numbers);
});

Deno.test("encode() and decode() keep arrays of numbers as they are", () => {
  const least: number[] = [];
  for (const power of [0, 7, 15, 31, 32, 53]) {
    for (const near of [-1, 0, 1]) {
      least.push(2 ** power + near, -(2 ** power) + near);
    }
  }
  for (const first of [...least, -0, NaN, 0.5, Infinity, undefined, "1", 1n]) {
    for (const length of [1, 64, 65, 1_000]) {
      const front: unknown[] = Array.from({ length }, (_, n) => n % 100);
      const back = [...front];
      front[0] = first;
      back[length - 1] = first;
      assertLikeStructuredClone(front);
      assertLikeStructuredClone(back);
    }
  }
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  assertLikeStructuredClone([numbers, numbers, { numbers }]);
  const holes = [...numbers];
  delete holes[50];
  assertLikeStructuredClone(holes);
  assertLikeStructuredClone(Object.assign(holes, { extra: 1 }));
  for (const key of ["01", "1.0", "0x1", " 1"]) {
    // deno-lint-ignore no-sparse-arrays
    assertLikeStructuredClone(Object.assign([, 5], { [key]: "as many" }));
  }
  assertLikeStructuredClone(Object.assign([...numbers], { extra: 1 }));
  let deep: unknown = numbers;
  for (let depth = 0; depth < 1_000; depth++) deep = [deep, numbers];
  assertLikeStructuredClone(deep);
});

Deno.test("encode() and decode() keep every bigint as it is", () => {
  for (let power = 0n; power < 200n; power += 7n) {
    for (const near of [-1n, 0n, 1n]) {
      assertLikeStructuredClone(2n ** power + near);
      assertLikeStructuredClone(-(2n ** power) + near);
    }
  }
  assertLikeStructuredClone([2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n]);
  assertLikeStructuredClone(7n ** 9999n);
});

Deno.test("encode() and decode() keep objects of a class that is called as one of the runtime", () => {
  class Generator {
    readonly seed = 7;
  }
  class AsyncGenerator extends Generator {}
  assertLikeStructuredClone([new Generator(), new AsyncGenerator()]);
});

Deno.test("encode() and decode() keep the other primitives", () => {
  for (const value of [undefined, null, true, false, ""]) {
    assertLikeStructuredClone(value);
    assertLikeStructuredClone([value]);
  }
});

Deno.test("encode() and decode() keep strings of every length and alphabet", () => {
  const alphabets = [
    "a",
    "é",
    "ÿ",
    "Ā",
    "語",
    "😀",
    "\ud83d",
    "\udc00",
    "\ufeff",
  ];
  for (const character of alphabets) {
    for (const length of [0, 1, 2, 3, 5, 12, 13, 47, 48, 127, 128, 129, 3000]) {
      const text = character.repeat(length);
      assertStrictEquals(roundTrip(text), text);
      assertClone(roundTrip([text, "b", text]), [text, "b", text]);
      assertClone(roundTrip({ [text]: text }), { [text]: text });
    }
  }
});

Deno.test("encode() and decode() keep surrogates that stand alone, also beside each other", () => {
  for (const length of [1, 10, 20, 60, 1000]) {
    const high = "\ud83d".repeat(length);
    const low = "\ude00".repeat(length);
    const strings = [high, low, low, high, "a" + high, low + "a", "😀"];
    assertClone(roundTrip(strings), strings);
    for (const text of strings) assertStrictEquals(roundTrip(text), text);
  }
});

Deno.test("encode() and decode() keep byte order marks", () => {
  const strings = ["\ufeff", "\ufeffabc", "a\ufeff", "\ufeff".repeat(500)];
  for (const text of strings) assertStrictEquals(roundTrip(text), text);
  const bundled = "\ufeff and more than fits in place";
  assertClone(roundTrip([bundled, bundled]), [bundled, bundled]);
});

Deno.test("encode() and decode() keep big strings", () => {
  for (const character of ["x", "é", "😀", "x\ud800"]) {
    const text = character.repeat(2 ** 20 / character.length);
    assertStrictEquals(roundTrip(text), text);
    assertClone(roundTrip([text, { text }]), [text, { text }]);
  }
});

Deno.test("encode() and decode() keep many short strings", () => {
  const next = random(1);
  const strings = Array.from(
    { length: 5000 },
    (_, i) => String.fromCharCode(32 + i % 300).repeat(Math.floor(next() * 40)),
  );
  assertClone(roundTrip(strings), strings);
});

Deno.test("encode() and decode() keep dates, regular expressions and boxes", () => {
  assertLikeStructuredClone(new Date(1234567890123));
  assertLikeStructuredClone(new Date(NaN));
  const sticky = /a(?<b>\/)[\]/]/giy;
  sticky.lastIndex = 3;
  assertLikeStructuredClone(sticky);
  assertStrictEquals((roundTrip(sticky) as RegExp).lastIndex, 0);
  assertLikeStructuredClone(new RegExp("", "dv"));
  for (const value of [true, false, -0, 1.5, "text", 2n ** 70n]) {
    assertLikeStructuredClone(Object(value));
  }
});

Deno.test("encode() and decode() keep arrays dense, sparse and with properties", () => {
  assertLikeStructuredClone([]);
  assertLikeStructuredClone([undefined, null]);
  // deno-lint-ignore no-sparse-arrays
  assertLikeStructuredClone([1, , 3, ,]);
  assertLikeStructuredClone(new Array(1000));
  assertLikeStructuredClone(Array.from({ length: 100_000 }, (_, i) => i * 3));
  assertLikeStructuredClone("a-b".match(/(?<first>.)-/));
  assertLikeStructuredClone(Object.assign([1, 2], { x: { y: 1 }, "-1": 2 }));
  const sparse: unknown[] = Object.assign([], { tail: [1] });
  sparse[4_000_000_000] = "far";
  assertLikeStructuredClone(sparse);
  for (const length of [3, 100]) {
    const array: unknown[] = Array.from({ length }, (_, i) => i);
    delete array[1];
    assertLikeStructuredClone(array);
    assertLikeStructuredClone(Object.assign(array, { x: "as many as holes" }));
  }
});

Deno.test("encode() and decode() keep plain objects, whatever their keys", () => {
  const odd: Record<string, unknown> = JSON.parse('{"__proto__": {"a": 1}}');
  for (const key of ["", "0", "4294967295", "constructor", "toString", "é語"]) {
    odd[key] = { [key]: key };
  }
  assertLikeStructuredClone(odd);
  assertLikeStructuredClone([odd, { ...odd }, odd]);
  const copy = roundTrip(odd) as object;
  assertStrictEquals(Object.getPrototypeOf(copy), Object.prototype);
  assert(Object.hasOwn(copy, "__proto__"));
  for (const count of [1, 60, 300, 5000]) {
    const object = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`key ${i}`, i]),
    );
    assertLikeStructuredClone([object, { ...object }]);
    object["__proto__x"] = 1;
    Object.defineProperty(object, "__proto__", { value: 1, enumerable: true });
    assertLikeStructuredClone(object);
  }
});

Deno.test("encode() and decode() turn objects without a prototype into ordinary ones", () => {
  const bare: object = Object.assign(Object.create(null), { a: [1] });
  assertLikeStructuredClone(bare);
});

Deno.test("encode() and decode() keep the properties of instances", () => {
  const point = new Point(3, 4);
  assertLikeStructuredClone(point);
  assertEquals(roundTrip([point, new Point(5, 6)]), [{ x: 3, y: 4 }, {
    x: 5,
    y: 6,
  }]);
  const inheriting = Object.create({ inherited: 1 }, {
    own: { value: 2, enumerable: true },
    hidden: { value: 3 },
  });
  assertLikeStructuredClone(inheriting);
});

Deno.test("encode() and decode() leave inherited properties where they are", () => {
  const inheriting = () => Object.assign(Object.create({ b: 0 }), { a: 1 });
  const values = [{ a: 1, b: 2 }, { a: 1, b: 2 }, inheriting(), inheriting()];
  assertLikeStructuredClone(values);
  assertLikeStructuredClone([inheriting(), inheriting(), ...values]);
});

Deno.test("encode() and decode() keep more shapes than they number", () => {
  const objects = Array.from(
    { length: 300 },
    (_, i) => ({ [`key${i % 150}`]: i, ["k".repeat(i)]: i }),
  );
  assertLikeStructuredClone(objects);
});

Deno.test("encode() and decode() keep maps and sets in order", () => {
  const key = { a: 1 };
  const map = new Map<unknown, unknown>([
    [key, key],
    ["x", new Set([1, "1", key])],
    [NaN, undefined],
    [new Map(), null],
  ]);
  map.set(map, map);
  assertLikeStructuredClone(map);
  assertLikeStructuredClone(new Set([map, key, undefined]));
});

Deno.test("encode() and decode() keep parts shared, few or many", () => {
  const shared = { a: [1] };
  const date = new Date(1);
  assertLikeStructuredClone([shared, shared.a, { shared }, date, date]);
  const cycle: Record<string, unknown> = { shared };
  cycle.self = [cycle, new Map([["me", cycle]])];
  assertLikeStructuredClone(cycle);
  const many = Array.from({ length: 2000 }, (_, i) => ({ i }));
  assertLikeStructuredClone([...many, ...many]);
  assertLikeStructuredClone([many, ...many.toReversed(), new Set(many)]);
});

Deno.test("encode() and decode() keep all kinds of views", () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
  for (const View of VIEWS) {
    assertLikeStructuredClone(new View(bytes.buffer));
    assertLikeStructuredClone(new View(bytes.buffer, 16, 2));
    assertLikeStructuredClone(new View(bytes.buffer, 64));
  }
});

Deno.test("encode() and decode() share a buffer between its views", () => {
  const buffer = Uint8Array.from({ length: 5000 }, (_, i) => i).buffer;
  const value = {
    all: new Uint8Array(buffer),
    middle: new Float64Array(buffer, 1000, 20),
    view: new DataView(buffer, 7, 9),
    buffer,
  };
  assertLikeStructuredClone(value);
  const { all, middle } = roundTrip(value) as typeof value;
  middle[0] = 0;
  assertEquals([...all.subarray(1000, 1008)], [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("encode() sends of a lone view only what it shows", () => {
  const buffer = Uint8Array.from({ length: 100_000 }, (_, i) => i).buffer;
  const view = new Uint16Array(buffer, 50, 10);
  const encoded = encode([view], { root: "message" });
  assert(encoded.byteLength < 100);
  const [copy] = decode(bytesOf(encoded)) as [Uint16Array];
  assertEquals(copy, new Uint16Array(view));
  assertEquals([copy.byteOffset, copy.buffer.byteLength], [0, 20]);
});

Deno.test("encode() and decode() keep buffers resizable", () => {
  const buffer = new ArrayBuffer(10, { maxByteLength: 20 });
  assertLikeStructuredClone(buffer);
  const fixed = new Uint8Array(buffer, 2, 4);
  const tracking = new Uint8Array(buffer, 2);
  assertLikeStructuredClone([fixed, tracking]);
  const copy = (roundTrip([fixed, tracking]) as Uint8Array<ArrayBuffer>[])[1];
  copy.buffer.resize(16);
  assertStrictEquals(copy.length, 14);
});

Deno.test("encode() and decode() keep large binary data", () => {
  const next = random(2);
  const data = [
    Uint8Array.from({ length: 300_000 }, () => next() * 256),
    Float64Array.from({ length: 50_000 }, next),
    new ArrayBuffer(0),
    new Uint8Array(0),
    new ArrayBuffer(4096),
  ];
  assertLikeStructuredClone(data);
  assertLikeStructuredClone({ data, text: "x".repeat(1e5), again: data });
});

Deno.test("encode() and decode() keep values 100,000 levels deep", () => {
  const makers: ((inner: unknown) => object)[] = [
    (inner) => [inner],
    (inner) => ({ inner, after: 1 }),
    (inner) => new Map([["inner", inner]]),
    (inner) => new Set([inner, 1]),
  ];
  let value: unknown = "core";
  const cores: unknown[] = [];
  for (let level = 0; level < 100_000; level++) {
    value = makers[level % makers.length](value);
    if (level === 500) cores.push(value);
  }
  assertClone(roundTrip([cores, value]), [cores, value]);
});

Deno.test("decode() reads shared memory", () => {
  const value = {
    text: "x".repeat(20_000),
    many: Array.from({ length: 500 }, (_, i) => `text number ${i}`),
    data: new Uint8Array(10_000).fill(7),
    odd: "\ud800",
    long: "\ud800".repeat(500),
    numbers: [1.5, 70_000, 2n],
  };
  const encoded = encode(value, { root: "message" });
  const memory = new SharedArrayBuffer(encoded.byteLength + 64);
  const bytes = new Uint8Array(memory, 13, encoded.byteLength);
  encoded.writeTo(bytes);
  const copy = decode(bytes) as typeof value;
  bytes.fill(0);
  assertClone(copy, value);
  assert(copy.data.buffer instanceof ArrayBuffer);
});

Deno.test("decode() copies out of bytes of a class that does not copy", () => {
  class Window extends Uint8Array<ArrayBuffer> {
    override slice(start?: number, end?: number): Window {
      return this.subarray(start, end) as Window;
    }
  }
  const bytes = bytesOf(encode(new Uint8Array(300), { root: "message" }));
  const copy = decode(new Window(bytes.buffer)) as Uint8Array;
  assertStrictEquals(copy.buffer.byteLength, 300);
});
