import { assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { forCaller } from "../../../pool/_caller.ts";

function throwDeep(depth: number, error: unknown): never {
  if (depth > 0) throwDeep(depth - 1, error);
  throw error;
}

Deno.test("forCaller() gives an error out of a depth the lines of who has called it", () => {
  const make = () => forCaller(() => throwDeep(50, new RangeError("too deep")));
  const { stack } = assertThrows(make, RangeError, "too deep");
  assertMatch(stack!, /^RangeError: too deep\n +at make \(.*caller_test\.ts/);
});

Deno.test("forCaller() throws what is no error as it is", () => {
  let thrown: unknown;
  try {
    forCaller(() => throwDeep(0, "a text"));
  } catch (error) {
    thrown = error;
  }
  assertStrictEquals(thrown, "a text");
});
