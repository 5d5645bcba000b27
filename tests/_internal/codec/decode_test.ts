import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  decode,
  DecodeError,
  encode,
  HANDLE,
} from "../../../_internal/codec/mod.ts";
import { bytesOf, random } from "./round_trip.ts";

class Token {
  [HANDLE]() {
    return { kind: "Token", module: "file:///work.ts", words: [1, -2] };
  }
}

/** Messages that together have every kind of part. */
function sampleMessages(): Uint8Array[] {
  const resizable = new ArrayBuffer(32, { maxByteLength: 64 });
  const everything: Record<string, unknown> = {
    list: [1, -5, 300, 70_000, 2.5, -0, true, false, null, undefined, ""],
    map: new Map<unknown, unknown>([["key", new Set([1, 2])]]),
    text: ["é".repeat(5), "x".repeat(60), "é".repeat(200), "\ud800", "語"],
    wide: "\ud800".repeat(200),
    numbers: [5n, -(10n ** 40n), new Date(1), Object("boxed"), /a(b)/gi],
    errors: [
      new TypeError("type", { cause: { code: 1 } }),
      new AggregateError([new Error("one"), 5], "all"),
      new DOMException("stop", "AbortError"),
    ],
    token: new Token(),
    views: [new Uint8Array(20), new Float64Array(2), new DataView(resizable)],
    resizable,
    sparse: Object.assign([], { 3: 1, name: 1 }),
    many: Object.fromEntries(
      Array.from({ length: 90 }, (_, i) => [`k${i}`, i]),
    ),
    records: [{ a: 1, b: 2 }, { a: 3, b: 4 }],
  };
  everything.self = everything;
  Object.defineProperty(everything, "__proto__", {
    value: 1,
    enumerable: true,
  });
  let deep: unknown = 1;
  for (let level = 0; level < 300; level++) {
    deep = level % 3 === 0
      ? new Map([[1, deep]])
      : level % 2
      ? [deep]
      : { deep };
  }
  const values = [
    ...Object.values(everything),
    everything,
    deep,
    [42, null, "hello"],
  ];
  return values.map((value) => bytesOf(encode(value, { root: "message" })));
}

function assertMalformed(bytes: Uint8Array): void {
  const error = assertThrows(() => decode(bytes), DecodeError);
  assert(error.message.startsWith("Cannot decode message: "));
  assertStrictEquals(error.name, "DecodeError");
}

Deno.test("decode() refuses messages cut short or with something behind", () => {
  for (const message of sampleMessages()) {
    const step = Math.ceil(message.length / 50);
    for (let length = 0; length < message.length; length += step) {
      assertMalformed(message.subarray(0, length));
    }
    const longer = new Uint8Array(message.length + 1);
    longer.set(message);
    assertMalformed(longer);
  }
});

Deno.test("decode() refuses bytes of another format", () => {
  assertMalformed(new Uint8Array(0));
  assertMalformed(new Uint8Array(100));
  assertMalformed(new TextEncoder().encode('[42, null, "hello"]'));
});

Deno.test("decode() refuses lengths that the message cannot have", () => {
  const huge = [0xff, 0xff, 0xff, 0x7f];
  for (let tag = 0x80; tag < 0xe0; tag++) {
    const body = [tag, ...huge, ...huge, ...huge, ...huge];
    assertMalformed(Uint8Array.of(0xd0, 5 + body.length, 0, 0, 0, ...body));
  }
});

Deno.test("decode() refuses handles that nothing revives", () => {
  const bytes = bytesOf(encode(new Token(), { root: "message" }));
  assertMalformed(bytes);
  const revived = { working: true };
  assertStrictEquals(decode(bytes, { revive: () => revived }), revived);
  const reason = new Error("no such kind");
  const revive = () => {
    throw reason;
  };
  assertStrictEquals(assertThrows(() => decode(bytes, { revive })), reason);
});

Deno.test("decode() changes no prototype", () => {
  const before = Reflect.ownKeys(Object.prototype);
  for (const key of ["__proto__", "constructor"]) {
    const value = JSON.parse(
      `{"${key}": {"prototype": {"polluted": 1}, "polluted": 1}}`,
    );
    const copy = decode(bytesOf(encode(value, { root: "message" }))) as object;
    assertEquals(Object.keys(copy), [key]);
    assertStrictEquals(Object.getPrototypeOf(copy), Object.prototype);
  }
  assertEquals(Reflect.ownKeys(Object.prototype), before);
  assertStrictEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("decode() makes a value or a DecodeError of anything", () => {
  const next = random(3);
  const upTo = (limit: number) => Math.floor(next() * limit);
  const samples = sampleMessages();
  const revive = () => ({});
  let values = 0;
  for (let round = 0; round < 200_000; round++) {
    let bytes: Uint8Array;
    if (round % 4 === 0) {
      bytes = Uint8Array.from(
        { length: 5 + upTo(60) },
        () => next() < 0.5 ? upTo(256) : 0xc0 + upTo(32),
      );
      bytes.set([0xd0 + upTo(4), bytes.length - upTo(5), 0, 0, 0]);
    } else {
      bytes = samples[upTo(samples.length)].slice();
      for (let changes = upTo(4); changes >= 0; changes--) {
        bytes[upTo(bytes.length)] = next() < 0.5
          ? upTo(256)
          : bytes[upTo(bytes.length)];
      }
      if (next() < 0.1) bytes = bytes.subarray(0, upTo(bytes.length));
    }
    try {
      decode(bytes, next() < 0.5 ? { revive } : {});
      values++;
    } catch (error) {
      assertInstanceOf(error, DecodeError);
    }
  }
  assert(values > 1000);
});
