// Many processes and threads, one after the other, leave nothing.

import { assert, assertEquals } from "@std/assert";
import { leaveNoProcess, runWell } from "./run_fixture.ts";

leaveNoProcess();

/** How many; more by the environment, for a thorough look. */
const COUNT = Number(Deno.env.get("MANY_PROCESSES") ?? 100);

for (const [kind, count] of [["processes", COUNT], ["threads", COUNT / 2]]) {
  Deno.test(`${kind}: ${count} started and joined leave no memory, descriptor, zombie or place`, async () => {
    const [line] = await runWell(`many.ts ${count} ${kind}`, {
      permissions: ["--allow-all"],
      timeout: 300,
    });
    const { failed, active, before, after } = JSON.parse(line);
    assertEquals([failed, active], [0, 0]);
    assertEquals([before.children, after.children], [0, 0]);
    // The runtime opens a few for its own threads.
    assert(after.descriptors < before.descriptors + 8);
    assertEquals(after.process, before.process);
    assertEquals(after.thread, before.thread);
    const growth = after.rss - before.rss;
    // One leaked thread is megabytes, one leaked process is kilobytes.
    const noise = kind === "threads" ? 64 : 16 + COUNT / 50;
    assert(growth < noise, `it grew by ${growth} MiB`);
  });
}
