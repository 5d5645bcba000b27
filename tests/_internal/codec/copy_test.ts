import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { copy, HANDLE } from "../../../_internal/codec/mod.ts";

Deno.test("copy() copies all but primitives and handles", () => {
  class Handle {
    [HANDLE](): never {
      throw new TypeError("it goes nowhere");
    }
  }
  const [one, other] = [new Handle(), new Handle()];
  const value = { list: [1], map: new Map([[one, other]]), again: one };
  const copied = copy(value) as typeof value;
  assertNotStrictEquals(copied, value);
  assertNotStrictEquals(copied.list, value.list);
  assertEquals(copied.list, [1]);
  assertStrictEquals(copied.again, one);
  assertStrictEquals(copied.map.get(one), other);
  assertStrictEquals(copy(one), one);
  for (const primitive of [1, "a", 1n, true, null, undefined]) {
    assertStrictEquals(copy(primitive), primitive);
  }
});

Deno.test("copy() keeps cycles, and refuses what cannot be sent", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const copied = copy(cycle) as unknown[];
  assert(copied[0] === copied && copied !== cycle);
  assertThrows(
    () => copy([() => {}]),
    TypeError,
    "Cannot send value[0]: a function",
  );
});
