import { assertEquals, assertThrows } from "@std/assert";
import { holdChild } from "../../../_internal/launch/hold_child.ts";

Deno.test("holdChild() takes it that a child has ended that nobody has been told of", () => {
  const called: string[] = [];
  const childThat = (problem?: Error) => {
    const call = (name: string) => () => {
      called.push(name);
      if (problem !== undefined) throw problem;
    };
    return { ref: call("ref"), unref: call("unref") };
  };
  for (const problem of [undefined, new Deno.errors.BadResource("gone")]) {
    holdChild(childThat(problem), true);
    holdChild(childThat(problem), false);
  }
  assertEquals(called, ["ref", "unref", "ref", "unref"]);
  assertThrows(
    () => holdChild(childThat(new TypeError("wrong")), true),
    TypeError,
    "wrong",
  );
});
