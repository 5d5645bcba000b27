// Whether those who are blocked sleep.

import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { assertBelow } from "../contracts/soon.ts";
import {
  getBlocked,
  processorMs,
  start,
} from "../fixtures/messages/blocked.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { Queue } from "../../queue/mod.ts";
import { testAgain } from "../run_again.ts";

const again = Deno.args.includes("again");
if (!again) leaveNothing({ threads: true });

/** For how long they are blocked. */
const BLOCKED_MS = 1_000;
/** They may look now and then, and the first time spin for a moment. */
const LITTLE_MS = 100;
const LONG = { timeout: 20_000 };

for (const kind of ["process", "thread"] as const) {
  Deno.test(`Queue.getSync() of a ${kind} takes next to no processor while it waits`, async () => {
    const queue = new Queue<unknown>();
    const said = new Queue<number>();
    const child = start(kind, getBlocked, queue, said);
    // Of who is blocked, and of this process, which has the hub if there is one.
    await assertBelow(LITTLE_MS, "ms of a processor", async () => {
      assertEquals(await said.get(LONG), 0);
      const before = processorMs();
      await delay(BLOCKED_MS);
      const own = processorMs() - before;
      await queue.put("go on");
      return Math.max(own, await said.get(LONG));
    });
    assertEquals(await said.get(LONG), 0);
    await queue.put("end");
    await said.get(LONG);
    assertEquals(await child.join(), 0);
  });
}

if (!again) {
  testAgain(
    "Queue.getSync() takes next to no processor while it waits for a hub",
    "blocked at a hub",
    [new URL(import.meta.url)],
    { timeout: 60, args: ["again"], passed: /ok \| 2 passed \| 0 failed \(/ },
  );
}
