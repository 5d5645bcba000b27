// Simple queues between processes and threads.

import { assertEquals, assertThrows } from "@std/assert";
import { Process } from "../../process/mod.ts";
import { SimpleQueue } from "../../queue/mod.ts";
import { getSimply, passOnSimply, start } from "../fixtures/messages/waits.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing({ threads: true });

/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };

for (const kind of ["process", "thread"] as const) {
  Deno.test(`SimpleQueue brings items to a ${kind} and back`, async () => {
    const there = new SimpleQueue<unknown>();
    const back = new SimpleQueue<unknown>();
    const child = start(kind, passOnSimply, there, back);
    for (let n = 0; n < 300; n++) await there.put(n);
    there.close();
    const all = await Array.fromAsync(back);
    assertEquals(all, Array.from(all, (_, n) => n));
    assertEquals([all.length, await child.join(LONG)], [300, 0]);
  });

  Deno.test(`SimpleQueue that is closed wakes a ${kind} that gets`, async () => {
    const said = new SimpleQueue<unknown>();
    const queues = [new SimpleQueue<unknown>(), new SimpleQueue<unknown>()];
    const children = (["async", "sync"] as const).map((form, index) =>
      start(kind, getSimply, queues[index], said, form)
    );
    assertEquals([await said.get(LONG), await said.get(LONG)], [
      "gets",
      "gets",
    ]);
    for (const each of queues) each.close();
    for (let n = 0; n < 2; n++) {
      const error = await said.get(LONG) as Error;
      assertEquals([error.name, error.message], [
        "QueueClosedError",
        "Cannot get from queue: queue is closed",
      ]);
    }
    for (const each of children) assertEquals(await each.join(LONG), 0);
  });
}

Deno.test("SimpleQueue loses with a killed consumer no more than what that had", async () => {
  const queue = new SimpleQueue<unknown>();
  const said = new SimpleQueue<unknown>();
  const child = start("process", getSimply, queue, said, "async");
  assertEquals(await said.get(LONG), "gets");
  if (child instanceof Process) child.kill();
  await child.join(LONG);
  await queue.put(1);
  assertEquals(await queue.get(LONG), 1);
});

sharedTest(
  "permission",
  "SimpleQueue says that it needs shared memory to reach a process",
  () => {
    const queue = new SimpleQueue<unknown>();
    const process = new Process({
      target: getSimply,
      args: [queue, queue, "sync"],
      permissions: "none",
    });
    assertThrows(
      () => process.start(),
      TypeError,
      "Cannot send args[0]: a SimpleQueue is of no use in a process without --allow-ffi",
    );
  },
);
