// FUZZ_ROUNDS=1000000 deno task test tests/_internal/codec/fuzz_test.ts

import { assert, assertEquals } from "@std/assert";
import {
  decode,
  DecodeError,
  encode,
  HANDLE,
} from "../../../_internal/codec/mod.ts";
import { VALUES } from "../../contracts/values.ts";
import { fuzz, join, mutate, type Random } from "../../fuzz.ts";

/** Far more than anything that is so short can need. */
const MAX_MS = 1_000;

const handle = {
  [HANDLE]: () => ({ kind: "Lock", module: "file:///lock.ts", words: [1, 2] }),
};
const cyclic: unknown[] = [1, { two: 2 }];
cyclic.push(cyclic, { cyclic });
let deep: unknown = "deep";
for (let depth = 0; depth < 500; depth++) deep = [deep];
const shared = new ArrayBuffer(400, { maxByteLength: 800 });

const CORPUS = [
  ...Object.entries(VALUES)
    .filter(([name]) => !name.startsWith("l"))
    .map(([, value]) => value),
  handle,
  { a: handle, b: [handle, { c: handle }] },
  cyclic,
  deep,
  [new Uint8Array(shared), new Uint16Array(shared, 2), shared],
  Array.from({ length: 70 }, (_, n) => ({ [`key${n}`]: n, same: [n] })),
  Array.from({ length: 70 }, (_, n) => n),
  Array.from({ length: 70 }, (_, n) => n * 1e5),
  Array.from({ length: 70 }, (_, n) => n / 7),
  Array.from({ length: 300 }, (_, n) => `text ${n} é`),
  Object.assign([1, , 3], { extra: true }),
  new RangeError("message", { cause: new AggregateError([new Error("a"), 1]) }),
  Object.assign(new TypeError("é"), { code: "E", detail: { deep: [1] } }),
  new DOMException("no", "TimeoutError"),
  JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1 }'),
].map(bytesOf);

function bytesOf(value: unknown): Uint8Array {
  const message = encode(value, { root: "message" });
  const bytes = new Uint8Array(message.byteLength);
  message.writeTo(bytes);
  return bytes;
}

/** Bytes that may, or may not, be a message. */
function makeBytes(random: Random): Uint8Array {
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(64));
    case 1: {
      // The beginning of a message, and a body of any tags.
      const body = random.bytes(random.below(64))
        .map((byte) => random.next() < 0.5 ? 0xc0 + byte % 0x1d : byte);
      const end = 5 + random.below(body.length + 1);
      return join(
        new Uint8Array([0xd0 ^ random.below(4), end, end >> 8, 0, 0]),
        body,
      );
    }
    default:
      return mutate(random, random.oneOf(CORPUS), CORPUS);
  }
}

Deno.test("decode() takes any bytes: they are a value, or a DecodeError", async () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  let values = 0;
  let refused = 0;
  await fuzz((random) => {
    const bytes = makeBytes(random);
    const before = bytes.slice();
    const revive = random.next() < 0.5 ? () => ({}) : undefined;
    const start = performance.now();
    try {
      decode(bytes, { revive });
      values++;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      refused++;
    }
    const ms = performance.now() - start;
    assert(ms < MAX_MS, `it took ${ms} ms`);
    assert(bytes.every((byte, at) => byte === before[at]));
  });
  assertEquals(Object.getOwnPropertyNames(Object.prototype), names);
  assert(values > 100 && refused > 100, `${values} values, ${refused} refused`);
});
