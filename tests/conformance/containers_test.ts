// What CPython's _TestContainers, TestSyncManagerTypes and TestManagerExceptions ask of what a
// manager has, against ours.

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type ArrayProxy,
  type BarrierProxy,
  type ConditionProxy,
  type DictProxy,
  type EventProxy,
  type JoinableQueueProxy,
  type ListProxy,
  type LockProxy,
  Manager,
  type NamespaceProxy,
  type PoolProxy,
  type QueueProxy,
  type RLockProxy,
  type SemaphoreProxy,
  type ValueProxy,
} from "../../manager/mod.ts";
import type { Target } from "../../process/mod.ts";
import { leaveNothingBehind, startProcess } from "./backends.ts";

leaveNothingBehind();

/** A test that has a manager. */
function testManaged(
  name: string,
  run: (manager: Manager) => Promise<void>,
): void {
  Deno.test(name, async () => {
    await using manager = new Manager();
    await run(manager);
  });
}

/** Runs a child to its end, which must be good. */
async function inChild<A extends unknown[]>(
  target: Target<A>,
  ...args: A
): Promise<void> {
  assertEquals(await startProcess(target, ...args).join(), 0);
}

testManaged("ListProxy does what a list does", async (manager) => {
  const a = manager.list(Array.from({ length: 10 }, (_, n) => n));
  assertEquals(await a.toArray(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const b = manager.list<number>();
  assertEquals(await b.toArray(), []);
  await b.extend([0, 1, 2, 3, 4]);
  assertEquals([await b.at(2), await b.slice(2, 10)], [2, [2, 3, 4]]);
  await b.extend(await b.toArray());
  assertEquals(await b.toArray(), [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  const both = manager.list([a, b]);
  assertEquals(
    await Promise.all((await both.toArray()).map((it) => it.length)),
    [10, 10],
  );
  const nested = manager.list([a]);
  await a.push(11);
  assertEquals(await (await nested.at(0))!.at(-1), 11);
});

testManaged("ListProxy is iterated over", async (manager) => {
  const list = manager.list([0, 1, 2, 3]);
  assertEquals(await Array.fromAsync(list), [0, 1, 2, 3]);
  for await (const item of list) await list.set(item, item + 100);
  assertEquals(await list.toArray(), [100, 101, 102, 103]);
});

testManaged("ListProxy holds lists, which stay the same", async (manager) => {
  const rows = Array.from({ length: 5 }, (_, n) => manager.list([n, n, n]));
  const grid = manager.list(rows);
  const row = (await grid.at(0))!;
  await row.set(1, 55);
  assertEquals(await rows[0].toArray(), [0, 55, 0]);
  assertEquals(await (await grid.pop(0))!.length, 3);
  assertEquals(await grid.length, 4);
  const outer = manager.list<unknown>();
  await outer.push(outer);
  assert(await outer.at(0) === outer);
});

testManaged("DictProxy does what a dictionary does", async (manager) => {
  const dict = manager.dict<number, string>();
  const codes = Array.from({ length: 5 }, (_, n) => n + 65);
  for (const code of codes) await dict.set(code, String.fromCharCode(code));
  const entries = codes.map((it): [number, string] => [
    it,
    String.fromCharCode(it),
  ]);
  assertEquals(await dict.toMap(), new Map(entries));
  assertEquals(await dict.keys(), codes);
  assertEquals(await dict.values(), ["A", "B", "C", "D", "E"]);
  assertEquals(await dict.entries(), entries);
});

testManaged("DictProxy is iterated over", async (manager) => {
  const dict = manager.dict([[1, "a"], [2, "b"]]);
  assertEquals(await Array.fromAsync(dict), [[1, "a"], [2, "b"]]);
});

testManaged(
  "DictProxy holds dictionaries, which stay the same",
  async (manager) => {
    const pets = manager.dict<string, unknown>();
    const water = manager.dict<string, number>([["ferrets", 2]]);
    await pets.set("water", water);
    await (await pets.get("water") as typeof water).set("hamsters", 3);
    assertEquals(await water.size, 2);
    await pets.delete("water");
    assertEquals(await water.get("hamsters"), 3);
  },
);

testManaged("QueueProxy stands inside a list", async (manager) => {
  const list = manager.list<QueueProxy<number>>();
  await list.extend([manager.queue<number>(), manager.queue<number>()]);
  await inChild(async (list: ListProxy<QueueProxy<number>>) => {
    await (await list.at(1))!.put(42);
  }, list);
  assertEquals(await (await list.at(1))!.get(), 42);
  assertEquals(await (await list.at(0))!.isEmpty(), true);
});

testManaged("NamespaceProxy has named values", async (manager) => {
  const space = manager.namespace<{ name?: string; job?: string; _hid?: 1 }>();
  await space.set("name", "Bob");
  await space.set("job", "Builder");
  await space.set("_hid", 1);
  assertEquals([await space.get("name"), await space.get("job")], [
    "Bob",
    "Builder",
  ]);
  await space.delete("job");
  assertEquals(await space.toObject(), { name: "Bob", _hid: 1 });
});

testManaged("ListProxy works in a child", async (manager) => {
  const list = manager.list([1, 2]);
  await inChild(async (list: ListProxy<number>) => {
    await list.push(5);
    await list.remove(1);
    await list.reverse();
    await list.insert(1, 9);
    if (await list.pop() !== 2) throw new Error("another was taken");
    if (!await list.includes(9)) throw new Error("it is missing");
  }, list);
  assertEquals(await list.toArray(), [5, 9]);
});

testManaged("DictProxy works in a child", async (manager) => {
  const dict = manager.dict<string, number>([["a", 1]]);
  await inChild(async (dict: DictProxy<string, number>) => {
    await dict.update([["b", 2], ["c", 3]]);
    if (await dict.pop("a") !== 1) throw new Error("another was taken");
    if (await dict.setDefault("b", 9) !== 2) throw new Error("it was set");
  }, dict);
  assertEquals(await dict.entries(), [["b", 2], ["c", 3]]);
});

testManaged(
  "ValueProxy, ArrayProxy and NamespaceProxy work in a child",
  async (manager) => {
    const value = manager.value(7);
    const array = manager.array("i32", [0, 1, 2]);
    const space = manager.namespace({ x: 10, y: "hello" });
    await inChild(
      async (
        value: ValueProxy<number>,
        array: ArrayProxy<"i32">,
        space: NamespaceProxy<{ x: number; y: string }>,
      ) => {
        await value.set(await value.get() + 1);
        await array.set(0, 20);
        await space.set("x", await space.get("x") + (await array.length));
      },
      value,
      array,
      space,
    );
    assertEquals(await value.value, 8);
    assertEquals(await array.toArray(), new Int32Array([20, 1, 2]));
    assertEquals(await space.toObject(), { x: 13, y: "hello" });
  },
);

testManaged("EventProxy works in a child", async (manager) => {
  const event = manager.event();
  await inChild(async (event: EventProxy) => {
    if (await event.isSet()) throw new Error("it is set");
    await event.set();
    await event.wait();
  }, event);
  assertEquals(await event.isSet(), true);
});

testManaged("LockProxy and RLockProxy work in a child", async (manager) => {
  const lock = manager.lock();
  const rLock = manager.rLock();
  await inChild(
    async (lock: LockProxy, rLock: RLockProxy) => {
      await lock.acquire();
      if (await lock.tryAcquire()) throw new Error("it was held");
      await lock.release();
      await rLock.acquire();
      await rLock.acquire();
      await rLock.release();
      await rLock.release();
    },
    lock,
    rLock,
  );
  assertEquals([await lock.locked, await rLock.locked], [false, false]);
});

testManaged(
  "SemaphoreProxy works in a child, with and without a bound",
  async (manager) => {
    for (const make of ["semaphore", "boundedSemaphore"] as const) {
      const semaphore = manager[make](1);
      await inChild(async (semaphore: SemaphoreProxy) => {
        await semaphore.acquire();
        if (await semaphore.tryAcquire()) throw new Error("none was free");
        await semaphore.release();
      }, semaphore);
      assertEquals(await semaphore.value, 1);
    }
  },
);

testManaged("ConditionProxy works in a child", async (manager) => {
  const condition = manager.condition();
  const guard = await condition.acquire();
  const child = startProcess(async (condition: ConditionProxy) => {
    await using _guard = await condition.acquire();
    await condition.notify();
  }, condition);
  await condition.wait();
  await guard.release();
  assertEquals(await child.join(), 0);
});

testManaged("BarrierProxy works in a child", async (manager) => {
  const barrier = manager.barrier(2);
  const child = startProcess(async (barrier: BarrierProxy) => {
    await barrier.wait();
    await barrier.wait();
  }, barrier);
  await barrier.wait();
  await barrier.wait();
  assertEquals(await child.join(), 0);
  assertEquals([await barrier.parties, await barrier.broken], [2, false]);
});

testManaged("PoolProxy works in a child", async (manager) => {
  const pool = manager.pool(2);
  const value = manager.value(0);
  await inChild(
    async (pool: PoolProxy, value: ValueProxy<number>) => {
      await value.set(await pool.apply((n: number) => n * n, [7]));
      await pool.close();
      await pool.join();
    },
    pool,
    value,
  );
  assertEquals(await value.value, 49);
});

testManaged(
  "QueueProxy and JoinableQueueProxy work in a child",
  async (manager) => {
    const queue = manager.queue<number>();
    const joinable = manager.joinableQueue<number>();
    await queue.put(2);
    await joinable.put(1);
    await inChild(
      async (
        queue: QueueProxy<number>,
        joinable: JoinableQueueProxy<number>,
      ) => {
        await queue.put(await queue.get() + 1);
        await joinable.get();
        await joinable.taskDone();
        await joinable.join();
      },
      queue,
      joinable,
    );
    assertEquals([await queue.get(), await queue.isEmpty()], [3, true]);
  },
);

testManaged("QueueProxy throws its own errors here", async (manager) => {
  const queue = manager.queue();
  const error = await assertRejects(
    () => queue.get({ timeout: 1 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
});
