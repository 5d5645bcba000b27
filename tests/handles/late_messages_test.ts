import { assert, assertEquals, assertThrows } from "@std/assert";
import { LateMessages } from "../../_internal/handles/mod.ts";

Deno.test("LateMessages keeps what is late for who can wait, and its place", async () => {
  const late = new LateMessages<number>("get from queue", "await get()");
  assertEquals(late.settle(1), 1);
  late.check();
  const text =
    "Cannot get from queue: the message holds an object of a module that is not loaded yet; receive it by await get()";
  assertThrows(() => late.settle(Promise.resolve(2)), Error, text);
  assertThrows(() => late.check(), Error, text);
  assert(!late.isEmpty);
  assertEquals(await late.next(), 2);
  assert(late.isEmpty);
  assertEquals(late.next(), undefined);
});
