// Events between processes and threads.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event } from "../../sync/mod.ts";
import {
  setEvents,
  setInGrandchild,
  start,
  waitForEvent,
} from "../fixtures/sync/together.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

Deno.test("Event lets go all processes and threads that wait, though it is cleared at once", async () => {
  const event = new Event();
  const said = new Queue<unknown>();
  const kinds = ["process", "thread", "process", "thread"] as const;
  const children = kinds.map((kind) =>
    start(kind, waitForEvent, event, said, "async")
  );
  for (const _ of children) assertEquals(await said.get(LONG), "waits");
  event.set();
  event.clear();
  for (const _ of children) assertEquals(await said.get(LONG), "goes on");
  for (const child of children) assertEquals(await child.join(), 0);
});

Deno.test("Event lets go processes and threads that are blocked", async () => {
  const event = new Event();
  const said = new Queue<unknown>();
  const kinds = ["process", "thread", "process", "thread"] as const;
  const children = kinds.map((kind) =>
    start(kind, waitForEvent, event, said, "sync")
  );
  for (const _ of children) assertEquals(await said.get(LONG), "waits");
  event.set();
  for (const _ of children) assertEquals(await said.get(LONG), "goes on");
  for (const child of children) assertEquals(await child.join(), 0);
});

for (const kind of ["process", "thread"] as const) {
  Deno.test(`Event is set by a ${kind} that it was sent to, and stays set when that is killed`, async () => {
    const events = new Queue<{ event: Event }>();
    const child = start(kind, setEvents, events);
    const first = new Event();
    await events.put({ event: first });
    await first.wait(LONG);
    const second = new Event();
    await events.put({ event: second });
    second.waitSync(LONG);
    if (kind === "process") (child as Process<never>).kill();
    else child.terminate();
    await child.join();
    assert(first.isSet() && second.isSet());
    second.clear();
    assertEquals(second.isSet(), false);
    events.close();
  });
}

Deno.test("Event is set by a grandchild", async () => {
  const event = new Event();
  const child = start("process", setInGrandchild, event);
  await event.wait(LONG);
  assertEquals(await child.join(), 0);
});

Deno.test("Event lets go the others when one of those who wait has been killed", async () => {
  const event = new Event();
  const said = new Queue<unknown>();
  const children = [
    start("process", waitForEvent, event, said, "async"),
    start("process", waitForEvent, event, said, "sync"),
    start("process", waitForEvent, event, said, "async"),
  ] as Process<never>[];
  for (const _ of children) assertEquals(await said.get(LONG), "waits");
  children[1].kill();
  event.set();
  assertEquals(await said.get(LONG), "goes on");
  assertEquals(await said.get(LONG), "goes on");
  for (const child of children) await child.join();
});
