// After CPython's _TestLock.

import { assertEquals, assertThrows } from "@std/assert";
import { Lock, RLock } from "../../sync/mod.ts";
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

testBoth(
  "RLock is released as often as it was acquired, by its holder",
  async (kind) => {
    const lock = new RLock();
    const said = new Queue<string>();
    for (let n = 0; n < 3; n++) await lock.acquire();
    const child = start(
      kind,
      async (lock: RLock, said: Queue<string>) => {
        const refusal = (): string => {
          try {
            lock.release();
            return "released";
          } catch (error) {
            return (error as Error).message;
          }
        };
        await said.put(refusal());
        await lock.acquire();
        await said.put("acquired");
        lock.release();
      },
      lock,
      said,
    );
    assertEquals(
      await said.get(LONG),
      "Cannot release lock: another process or thread holds it",
    );
    assertEquals([lock.release(), lock.release()], [undefined, undefined]);
    assertEquals([lock.locked, said.isEmpty()], [true, true]);
    lock.release();
    assertEquals(await said.get(LONG), "acquired");
    await child.join();
    assertThrows(
      () => lock.release(),
      Error,
      "Cannot release lock: it is not held",
    );
  },
);

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
