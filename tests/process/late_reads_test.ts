// What the runtime loads when it is first read takes who reads it several milliseconds: a program
// need not pay for that by its import, nor a child or worker by its start and its waits.

import { assertEquals } from "@std/assert";
import { leaveNoProcess, runWell } from "./run_fixture.ts";

leaveNoProcess();

Deno.test("The library reads nothing that the runtime loads late: not in its import, nor in children and workers that wait", async () => {
  const lines = await runWell("reads_late.ts");
  assertEquals(lines, [
    "import: nothing",
    "Process: nothing",
    "Thread: nothing",
    "Pool: nothing",
    "ThreadPool: nothing",
  ]);
});
