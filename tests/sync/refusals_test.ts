// What is said of wrong arguments.

import { assertEquals, assertThrows } from "@std/assert";
import {
  Barrier,
  Condition,
  ShareableList,
  SharedArray,
} from "../../sync/mod.ts";
import { sharedTest } from "../shared_memory.ts";

function refused(call: () => unknown, kind: typeof Error): string {
  return assertThrows(call, kind).message;
}

Deno.test("Barrier and Condition say what is not a number", () => {
  assertEquals(
    refused(() => new Barrier("3" as unknown as number), TypeError),
    "Cannot create barrier: parties is a string, not a number",
  );
  const condition = new Condition();
  using _guard = condition.acquireSync();
  assertEquals(
    refused(() => condition.notify("2" as unknown as number), TypeError),
    "Cannot notify condition: n is a string, not a number",
  );
});

sharedTest(
  "bytes",
  "ShareableList refuses half a surrogate pair, and says what it cannot do when closed",
  () => {
    using list = new ShareableList(["text"]);
    const { name } = list.sharedMemory;
    list.sharedMemory.unlink();
    assertEquals(
      refused(() => list.set(0, "\ud800"), TypeError),
      'Cannot set list[0]: "\\ud800" has half a surrogate pair',
    );
    assertEquals(list.at(0), "text");
    list.close();
    assertEquals(
      refused(() => list.set(0, ""), Error),
      `Cannot set shareable list "${name}": it is closed`,
    );
  },
);

Deno.test("SharedArray says that it cannot make bigints of numbers", () => {
  for (const content of [[1, 2], new Set([1])]) {
    assertEquals(
      refused(
        () => new SharedArray("i64", content as Iterable<never>),
        TypeError,
      ),
      "Cannot create shared array of i64: Cannot convert 1 to a BigInt",
    );
  }
});
