// After CPython's _TestLock.

import { assertEquals, assertThrows } from "@std/assert";
import { Lock } from "../../sync/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

leaveNothingBehind();

testBoth("Lock is held by one, and released once", async (kind) => {
  const lock = new Lock();
  const said = new Queue<unknown>();
  await lock.acquire();
  assertEquals([lock.locked, lock.tryAcquire()], [true, undefined]);
  const child = start(
    kind,
    async (lock: Lock, said: Queue<unknown>) => {
      await said.put(lock.tryAcquire() === undefined);
      await lock.acquire();
      await said.put("acquired");
      lock.release();
    },
    lock,
    said,
  );
  assertEquals(await said.get(LONG), true);
  assertEquals(lock.release(), undefined);
  assertEquals(await said.get(LONG), "acquired");
  await child.join();
  assertThrows(
    () => lock.release(),
    Error,
    "Cannot release lock: it is not held",
  );
});

Deno.test("Lock is released at the end of a block", async () => {
  const lock = new Lock();
  {
    using _guard = await lock.acquire();
    assertEquals(lock.locked, true);
  }
  {
    using _guard = lock.acquireSync();
    assertEquals(lock.locked, true);
  }
  assertEquals(lock.locked, false);
});
