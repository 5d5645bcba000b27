// Arrays between processes and threads, and what is left of them when they are closed.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { processMemory, unitsInUse } from "../../_internal/memory/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { SharedArray } from "../../sync/mod.ts";
import { assertBelow } from "../contracts/soon.ts";
import {
  addToEach,
  inGrandchild,
  start,
  sumUp,
  writeForever,
} from "../fixtures/values/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

sharedTest(
  "bytes",
  "SharedArray is changed by a process, a thread and a grandchild",
  async () => {
    using array = new SharedArray("i32", [1, 1, 1, 1]);
    assertEquals(await start("process", sumUp, array).join(), 0);
    assertEquals([...array], [1, 2, 3, 4]);
    assertEquals(await start("thread", sumUp, array).join(), 0);
    assertEquals([...array], [1, 3, 6, 10]);
    assertEquals(
      await start("process", inGrandchild, "process", "sumUp", array).join(),
      0,
    );
    assertEquals([...array], [1, 4, 10, 20]);
  },
);

sharedTest("bytes", "SharedArray takes Atomics of many at once", async () => {
  using array = new SharedArray("i32", 10);
  const children = [1, 2, 3, 4].map((n) =>
    start(n < 4 ? "process" : "thread", addToEach, array, 10_000)
  );
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals([...array], new Array(10).fill(4_000));
});

Deno.test("SharedArray that has arrived is a handle of its own", async () => {
  const queue = new Queue<SharedArray<"f32">>();
  using array = new SharedArray("f32", [1, 2]);
  await queue.put(array);
  const same = await queue.get();
  assert(same.lock === array.lock);
  same.array[0] = 5;
  same.close();
  assertEquals([...array], [5, 2]);
  assertThrows(() => same.array, Error, "it is closed");
  assertThrows(
    () => queue.putSync(same),
    TypeError,
    "Cannot send message: this SharedArray is closed",
  );
});

sharedTest(
  "bytes",
  "SharedArray that is closed shows nothing, by whatever was made of it",
  () => {
    const array = new SharedArray("f64", [1, 2, 3, 4]);
    const whole = array.array;
    const part = whole.subarray(1, 3);
    const bytes = new Uint8Array(whole.buffer, 8, 8);
    const view = new DataView(whole.buffer);
    const iterator = array[Symbol.iterator]();
    iterator.next();
    array.close();
    assertEquals([whole.length, part.length, bytes.length], [0, 0, 0]);
    assertEquals([whole[0], part[0], bytes[0]], [
      undefined,
      undefined,
      undefined,
    ] as unknown[]);
    whole[0] = part[0] = 5;
    assertThrows(() => view.getInt8(0), TypeError);
    assertThrows(() => Atomics.store(bytes, 0, 1), TypeError);
    assertThrows(() => iterator.next(), TypeError);
    assertThrows(() => part.fill(1), TypeError);
    assertEquals((whole.buffer as ArrayBuffer).detached, true);
  },
);

sharedTest(
  "bytes",
  "SharedArray may be closed here while another writes",
  async () => {
    const said = new Queue<unknown>();
    const array = new SharedArray("u8", 1_000_000);
    const { array: numbers } = array;
    const child = start("process", writeForever, array, said);
    assertEquals(await said.get(LONG), "writes");
    array.close();
    assertEquals(numbers[0], undefined);
    // Its memory is not given to others while the child has it.
    for (let n = 0; n < 20; n++) {
      using other = new SharedArray("u8", 1_000_000);
      assert(other.array.every((each) => each === 0));
    }
    child.terminate();
    await child.join();
  },
);

sharedTest(
  "bytes",
  "SharedArray of 100 MB takes no time and no memory until it is used",
  async () => {
    const resident = () =>
      Number(
        /^RssShmem:\s+(\d+)/m.exec(
          Deno.readTextFileSync("/proc/self/status"),
        )?.[1],
      );
    const before = resident();
    const units = unitsInUse(processMemory());
    const msOfOne = () => {
      const start = performance.now();
      const array = new SharedArray("f64", 12_500_000);
      array.array[12_499_999] = 1;
      const took = performance.now() - start;
      assertEquals(array.array[0], 0);
      assert(resident() - before < 2_000, `${resident() - before} kB`);
      array.close();
      assertEquals(unitsInUse(processMemory()), units);
      return took;
    };
    await assertBelow(50, "ms", msOfOne);
    // Again where one has been.
    for (let round = 0; round < 2; round++) msOfOne();
  },
);

Deno.test("SharedArray may be larger than 4 GiB", () => {
  using array = new SharedArray("f64", 700_000_000);
  array.array[699_999_999] = 5;
  assertEquals(array.array.at(-1), 5);
  assertEquals(array.array[0], 0);
});
