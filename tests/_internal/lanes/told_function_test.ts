import { assertEquals, assertNotEquals } from "@std/assert";
import { knowModule } from "../../../_internal/codec/mod.ts";
import { describedTarget, toldFunction } from "../../../_internal/lanes/mod.ts";

const idOf = (target: unknown) => toldFunction(target, "apply").id;

function named(): (n: number) => number {
  const double = (n: number) => n * 2;
  return double;
}

const nameless = () => (n: number) => n * 3;

Deno.test("toldFunction() tells once of a function that is made anew for each call", () => {
  for (const make of [named, nameless]) {
    const id = idOf(make());
    const again = make();
    assertEquals([idOf(again), idOf(again), idOf(make())], [id, id, id]);
  }
  const { description, id } = toldFunction(named(), "apply");
  assertEquals(idOf(describedTarget({ ...description })), id);
});

Deno.test("toldFunction() tells functions apart that only have the same source", () => {
  const times = { two: named(), three: named() };
  const first = idOf(named());
  knowModule(import.meta.url, times);
  try {
    const ids = [first, idOf(times.two), idOf(times.three)];
    assertEquals(new Set(ids).size, 3);
    const { description } = toldFunction(times.three, "apply");
    assertEquals(
      description.kind === "export" && description.exportedAs,
      ["three"],
    );
  } finally {
    knowModule(import.meta.url, {});
  }
  const other = { double: (n: number) => n + n };
  assertNotEquals(idOf(other.double), first);
});
