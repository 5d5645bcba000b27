// What CPython's _TestContainers, TestSyncManagerTypes and TestManagerExceptions ask of what a
// manager has, against ours.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type ConditionProxy,
  type DictProxy,
  type ListProxy,
  type QueueProxy,
  SetProxy,
} from "../../manager/mod.ts";
import { fromModule, type Target } from "../../process/mod.ts";
import { BrokenBarrierError } from "../../sync/mod.ts";
import { leaveNothingBehind, startProcess, testProcesses } from "./backends.ts";
import { runWell } from "./programs.ts";
import { testManaged } from "./test_managed.ts";

type Targets = typeof import("../fixtures/conformance/managed_targets.ts");

const TARGETS = new URL(
  "../fixtures/conformance/managed_targets.ts",
  import.meta.url,
);

leaveNothingBehind();

/** What a child does. */
function target<Name extends keyof Targets & string>(name: Name) {
  return fromModule<Targets[Name]>(TARGETS, name);
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
  assertEquals(await a.toArray(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const both = manager.list([a, b]);
  const contents = [];
  for await (const each of both) contents.push(await each.toArray());
  assertEquals(contents, [await a.toArray(), await b.toArray()]);
  const nested = manager.list([a]);
  await a.push(11);
  assertEquals(
    await (await nested.at(0))!.toArray(),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11],
  );
});

testManaged("ListProxy is iterated over", async (manager) => {
  const list = manager.list([0, 1, 2, 3]);
  const all = list[Symbol.asyncIterator]();
  assertEquals(await Array.fromAsync(all), [0, 1, 2, 3]);
  await list.push(4);
  assertEquals(await Array.fromAsync(all), []);
  // It begins with the first that is asked for, and goes on with what there was then.
  const changed = list[Symbol.asyncIterator]();
  await list.set(0, 100);
  assertEquals(await changed.next(), { done: false, value: 100 });
  await list.set(1, 101);
  await list.clear();
  assertEquals(await Array.fromAsync(changed), [1, 2, 3, 4]);
  assertEquals(await Array.fromAsync(list), []);
});

testManaged("ListProxy holds lists, which stay the same", async (manager) => {
  const rows = Array.from({ length: 3 }, () => manager.list([0, 1, 2]));
  const grid = manager.list(rows);
  const contents = async () =>
    await Promise.all((await grid.toArray()).map((row) => row.toArray()));
  assertEquals(await contents(), [[0, 1, 2], [0, 1, 2], [0, 1, 2]]);
  await (await grid.at(0))!.set(-1, 55);
  assertEquals(await rows[0].toArray(), [0, 1, 55]);
  assertEquals(await contents(), [[0, 1, 55], [0, 1, 2], [0, 1, 2]]);
  assertEquals(await (await grid.at(1))!.pop(), 2);
  assertEquals(await contents(), [[0, 1, 55], [0, 1], [0, 1, 2]]);
  const row = await grid.pop(0);
  assertEquals([await grid.length, await row!.length], [2, 3]);
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
  const all = dict[Symbol.asyncIterator]();
  assertEquals(await Array.fromAsync(all), [[1, "a"], [2, "b"]]);
  await dict.set(3, "c");
  assertEquals(await Array.fromAsync(all), []);
  // It begins with the first that is asked for, and goes on with what there was then.
  const changed = dict[Symbol.asyncIterator]();
  await dict.delete(1);
  assertEquals(await changed.next(), { done: false, value: [2, "b"] });
  await dict.set(3, "d");
  await dict.clear();
  assertEquals(await Array.fromAsync(changed), [[3, "c"]]);
  const empty = dict[Symbol.asyncIterator]();
  assertEquals(await empty.next(), { done: true, value: undefined });
});

testManaged(
  "DictProxy holds dictionaries, which stay the same",
  async (manager) => {
    type Inner = DictProxy<string, number>;
    const dict = manager.dict<string, Inner>();
    {
      using pets = manager.dict([["ferrets", 2], ["hamsters", 4]]);
      using supplies = manager.dict([["water", 10], ["feed", 3]]);
      await dict.update([["pets", pets], ["supplies", supplies]]);
      const inside = (await dict.get("supplies"))!;
      assertEquals(await inside.get("water"), 10);
      await inside.set("blankets", 5);
      await inside.set("water", 7);
      assertEquals(
        await supplies.toMap(),
        new Map([["water", 7], ["feed", 3], ["blankets", 5]]),
      );
      assertEquals(await (await dict.get("supplies"))!.get("blankets"), 5);
    }
    // Nobody else refers to them now.
    const pets = (await dict.get("pets"))!;
    const supplies = (await dict.get("supplies"))!;
    assertEquals(await pets.get("ferrets"), 2);
    await supplies.set("blankets", 11);
    assertEquals(await (await dict.get("supplies"))!.get("blankets"), 11);
    await dict.clear();
    assertEquals(await dict.size, 0);
    assertEquals([await supplies.get("water"), await pets.get("hamsters")], [
      7,
      4,
    ]);
    const list = manager.list([pets, supplies]);
    await (await list.at(0))!.set("marmots", 1);
    assertEquals(await pets.get("marmots"), 1);
    pets[Symbol.dispose]();
    supplies[Symbol.dispose]();
    assertEquals(await (await list.at(0))!.get("marmots"), 1);
    const outer = manager.list<number[] | ListProxy<Inner>>([[88, 99], list]);
    assertEquals(await outer.at(0), [88, 99]);
    const last = await outer.at(-1) as ListProxy<Inner>;
    assertEquals(await (await last.at(-1))!.get("feed"), 3);
  },
);

testManaged(
  "QueueProxy stands inside a list and a dictionary",
  async (manager) => {
    const list = manager.list<QueueProxy<number>>();
    await list.extend([manager.queue<number>(), manager.queue<number>()]);
    const dict = manager.dict<number, QueueProxy<number>>();
    await dict.set(0, manager.queue<number>());
    await inChild(
      async (
        list: ListProxy<QueueProxy<number>>,
        dict: DictProxy<number, QueueProxy<number>>,
      ) => {
        await (await list.at(1))!.put(123);
        await (await dict.get(0))!.put(456);
      },
      list,
      dict,
    );
    assertEquals(await (await list.at(1))!.get(), 123);
    assertEquals(await (await list.at(0))!.isEmpty(), true);
    assertEquals(await (await dict.get(0))!.get(), 456);
  },
);

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
  assertEquals([await space.has("name"), await space.has("job")], [
    true,
    false,
  ]);
  assertEquals(await space.toObject(), { name: "Bob", _hid: 1 });
});

testManaged("ListProxy works in a child", async (manager) => {
  const list = manager.list([3, 5, 4]);
  await inChild(target("useList"), list);
  assertEquals(await list.toArray(), [9]);
});

testManaged("DictProxy works in a child", async (manager) => {
  const dict = manager.dict([["foo", 5]]);
  await inChild(target("useDict"), dict);
  assertEquals(await dict.entries(), [["bar", 6]]);
});

testManaged(
  "ValueProxy, ArrayProxy and NamespaceProxy work in a child",
  async (manager) => {
    const value = manager.value(1);
    const array = manager.array("i32", [0, 1]);
    const space = manager.namespace({ x: 0, y: "hello" });
    await inChild(target("useNumbers"), value, array, space);
    assertEquals([await value.value, await value.get()], [2, 2]);
    assertEquals(await array.toArray(), new Int32Array([20, 1]));
    assertEquals(await space.toObject(), { x: 3, y: "hello" });
  },
);

testManaged("SetProxy works in a child", async (manager) => {
  const set = manager.set(["a", "b", "c"]);
  await inChild(target("useSet"), set);
  assertEquals(await set.toSet(), new Set(["a", "d"]));
});

testManaged(
  "SetProxy is made of what can be iterated over",
  async (manager) => {
    const members = new Set(["a", "b", "c"]);
    const made = [
      manager.set(members),
      manager.set(["a", "b", "c", "a"]),
      manager.set(Object.keys({ a: 1, b: 2, c: 3 })),
      manager.set("abc"),
    ];
    for (const set of made) assertEquals(await set.toSet(), members);
    assertThrows(
      () => manager.set(1_234 as never),
      TypeError,
      "Cannot create set: items is a number, not iterable",
    );
  },
);

Deno.test("SetProxy has what a Set has, and Python's set, under names of JavaScript", () => {
  const isThere = (name: string | symbol) => name in SetProxy.prototype;
  const missing = Object.getOwnPropertyNames(Set.prototype)
    .filter((it) => !isThere(it));
  // `values()` and a loop do the same.
  assertEquals(missing.toSorted(), ["entries", "forEach", "keys"]);
  const counterparts = {
    copy: "toSet",
    discard: "delete",
    remove: "delete",
    pop: "pop",
    update: "update",
    difference_update: "modify",
    intersection_update: "modify",
    symmetric_difference_update: "modify",
    __iter__: Symbol.asyncIterator,
  };
  for (const [name, ours] of Object.entries(counterparts)) {
    assert(isThere(ours), name);
  }
});

testManaged("EventProxy works in a child", async (manager) => {
  const event = manager.event();
  await event.set();
  await inChild(target("useEvent"), event);
  assertEquals(await event.isSet(), false);
  const late = await assertRejects(
    () => event.wait({ timeout: 1 }),
    DOMException,
  );
  assertEquals(late.name, "TimeoutError");
});

testManaged("LockProxy and RLockProxy work in a child", async (manager) => {
  const lock = manager.lock();
  const rLock = manager.rLock();
  await inChild(target("useLocks"), lock, rLock);
  // The child has ended as its holder.
  const guard = await lock.acquire();
  assertEquals([guard.abandoned, await lock.locked], [true, true]);
  await lock.release();
  await assertRejects(
    () => lock.release(),
    Error,
    "Cannot release lock: it is not held",
  );
  assertEquals([await lock.locked, await rLock.locked], [false, false]);
});

testManaged(
  "SemaphoreProxy works in a child, with and without a bound",
  async (manager) => {
    for (const make of ["semaphore", "boundedSemaphore"] as const) {
      const semaphore = manager[make](1);
      await inChild(target("useSemaphore"), semaphore);
      // The child has ended with the permit.
      const guard = await semaphore.acquire();
      assertEquals([guard.abandoned, await semaphore.value], [true, 0]);
      await semaphore.release();
      if (make === "semaphore") await semaphore.release();
      else await assertRejects(() => semaphore.release(), Error, "pass 1");
      assertEquals(await semaphore.value, make === "semaphore" ? 2 : 1);
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
  const sentAway = assertRejects(
    () => barrier.wait(),
    BrokenBarrierError,
    "barrier was reset",
  );
  const child = startProcess(target("useBarrier"), barrier);
  await sentAway;
  await barrier.wait();
  await barrier.wait();
  assertEquals(await child.join(), 0);
  assertEquals([await barrier.parties, await barrier.broken], [2, false]);
});

testManaged("PoolProxy works in a child", async (manager) => {
  const pool = manager.pool(2);
  await inChild(target("usePool"), pool);
  assertEquals(await pool.map((n: number) => n * n, [8, 9]), [64, 81]);
  await inChild(target("endPool"), pool);
  await assertRejects(
    () => pool.apply((n: number) => n, [1]),
    Error,
    "Cannot apply: pool is",
  );
});

testManaged(
  "QueueProxy and JoinableQueueProxy work in a child",
  async (manager) => {
    const queue = manager.queue<number>({ maxSize: 2 });
    const joinable = manager.joinableQueue<number>({ maxSize: 2 });
    for (const each of [queue, joinable]) {
      await each.put(5);
      await each.put(6);
    }
    await inChild(target("useQueue"), queue);
    await inChild(target("useJoinableQueue"), joinable);
    for (const each of [queue, joinable]) {
      assertEquals([await each.isEmpty(), await each.isFull()], [true, false]);
    }
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

testProcesses(
  "what an object of a manager throws is held by nobody afterwards",
  async () => {
    const flags = ["--v8-flags=--expose-gc"];
    assertEquals(await runWell("forgets_errors.ts", { flags }), [
      "TimeoutError",
      "RangeError",
      "0 held",
    ]);
  },
);
