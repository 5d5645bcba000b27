import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  nextNumber,
  NOTHING,
  readNumber,
  writeNumber,
} from "../../../_internal/channel/mod.ts";

Deno.test("Numbers of headers have four bytes, and begin again behind the last", () => {
  const bytes = new Uint8Array(6).fill(7);
  for (const number of [0, 1, 0x8000_0001, 0xffff_ffff]) {
    writeNumber(bytes, 1, number);
    assertEquals(readNumber(bytes, 1), number);
    assertEquals([bytes[0], bytes[5]], [7, 7]);
  }
  assertEquals([0, 0xffff_fffe].map(nextNumber), [1, 0xffff_ffff]);
  assertEquals(nextNumber(0xffff_ffff), 1);
});

Deno.test("NOTHING has no bytes, and does not change", () => {
  assertEquals(NOTHING.byteLength, 0);
  assertStrictEquals(NOTHING.snapshot(), NOTHING);
});
