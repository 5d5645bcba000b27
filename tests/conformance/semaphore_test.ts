// After CPython's _TestSemaphore.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Queue } from "../../queue/mod.ts";
import { BoundedSemaphore, Semaphore } from "../../sync/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

leaveNothingBehind();

/** Takes both permits of a semaphore, and gives them back. */
async function takeBoth(semaphore: Semaphore) {
  const values = [semaphore.value];
  await semaphore.acquire();
  values.push(semaphore.value);
  semaphore.acquireSync();
  values.push(semaphore.value);
  assertEquals(semaphore.tryAcquire(), undefined);
  assertThrows(() => semaphore.acquireSync({ timeout: 0 }), DOMException);
  for (let n = 0; n < 2; n++) {
    values.push(semaphore.value);
    assertEquals(semaphore.release(), undefined);
  }
  assertEquals([...values, semaphore.value], [2, 1, 0, 0, 1, 2]);
}

/** Lets a child wait for the permit that we have. */
async function handOver(
  kind: "process" | "thread",
  semaphore: Semaphore,
) {
  const said = new Queue<string>();
  await semaphore.acquire();
  await semaphore.acquire();
  const child = start(
    kind,
    async (semaphore: Semaphore, said: Queue<string>) => {
      await said.put(`${semaphore.value} free`);
      await semaphore.acquire();
      await said.put("acquired");
      semaphore.release();
    },
    semaphore,
    said,
  );
  assertEquals(await said.get(LONG), "0 free");
  semaphore.release();
  assertEquals(await said.get(LONG), "acquired");
  await child.join();
  semaphore.release();
  assertEquals(semaphore.value, 2);
}

testBoth(
  "Semaphore gives out as many permits as it has, and takes more",
  async (kind) => {
    const semaphore = new Semaphore(2);
    await takeBoth(semaphore);
    await handOver(kind, semaphore);
    semaphore.release();
    assertEquals(semaphore.value, 3);
    semaphore.release();
    assertEquals(semaphore.value, 4);
  },
);

testBoth(
  "BoundedSemaphore takes no more permits than it gave out",
  async (kind) => {
    const semaphore = new BoundedSemaphore(2);
    await takeBoth(semaphore);
    await handOver(kind, semaphore);
    assertThrows(
      () => semaphore.release(),
      Error,
      "Cannot release semaphore: its value would pass 2",
    );
    assertEquals(semaphore.value, 2);
  },
);

Deno.test("Semaphore without a permit lets nobody in, for as long as they wait", async () => {
  const semaphore = new Semaphore(0);
  assertEquals(semaphore.tryAcquire(), undefined);
  for (const timeout of [0, -1, 60]) {
    const begin = performance.now();
    const text = `Cannot acquire semaphore: timed out after ${
      Math.max(0, timeout)
    } ms`;
    const error = await assertRejects(
      () => semaphore.acquire({ timeout }),
      DOMException,
      text,
    );
    assertEquals(error.name, "TimeoutError");
    assertThrows(() => semaphore.acquireSync({ timeout }), DOMException, text);
    assert(performance.now() - begin >= 2 * timeout - 5);
  }
  assertEquals(semaphore.value, 0);
  semaphore.release();
  await semaphore.acquire({ timeout: 0 });
});
