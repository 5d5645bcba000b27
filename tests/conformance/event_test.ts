// After CPython's _TestEvent.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Event } from "../../sync/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

leaveNothingBehind();

testBoth("Event lets those go who wait, when it is set", async (kind) => {
  const event = new Event();
  assertEquals(event.isSet(), false);
  for (const timeout of [0, 60]) {
    const begin = performance.now();
    const text = `Cannot wait for event: timed out after ${timeout} ms`;
    const error = await assertRejects(
      () => event.wait({ timeout }),
      DOMException,
      text,
    );
    assertEquals(error.name, "TimeoutError");
    assertThrows(() => event.waitSync({ timeout }), DOMException, text);
    assert(performance.now() - begin >= 2 * timeout - 5);
  }
  event.set();
  assertEquals(event.isSet(), true);
  await event.wait();
  await event.wait({ timeout: 0 });
  event.waitSync();
  event.clear();
  assertEquals(event.isSet(), false);
  const waiting = event.wait(LONG);
  const child = start(kind, (event: Event) => event.set(), event);
  await waiting;
  assertEquals(event.isSet(), true);
  assertEquals(await child.join(), 0);
});

Deno.test("Event that is printed says whether it is set", () => {
  const event = new Event();
  assertEquals(Deno.inspect(event), "Event { set: false }");
  event.set();
  assertEquals(Deno.inspect(event), "Event { set: true }");
  event.clear();
  assertEquals(Deno.inspect(event), "Event { set: false }");
});
