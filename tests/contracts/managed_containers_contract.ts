import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { DictProxy, ListProxy, Manager } from "../../manager/mod.ts";
import { managedTest } from "./managed_tests.ts";

/** What the containers of every manager do. */
export function testManagedContainers(
  name: string,
  open: () => Promise<Manager> | Manager,
): void {
  const test = managedTest(name, open);

  test("keeps the types of the keys of a dictionary", async (manager) => {
    const dict = manager.dict<unknown, unknown>();
    const keys = [1, "1", 0.25, 1n, true, null, undefined, NaN, "\0o", [1, 2]];
    for (const key of keys) await dict.set(key, key);
    assertEquals(await dict.size, keys.length);
    assertEquals(await dict.keys(), keys);
    assertEquals(await dict.values(), keys);
    for (const key of keys) assertEquals(await dict.get(key), key);
    assertEquals(await dict.get([1, 2]), [1, 2]);
    assertEquals(await dict.get([2, 1]), undefined);
    assertEquals(await dict.get(-0), undefined);
    await dict.set(-0, "zero");
    assertEquals([await dict.get(0), await dict.get(-0)], ["zero", "zero"]);
    // As in a `Map`.
    assertStrictEquals((await dict.keys()).at(-1), 0);
  });

  test("finds objects whatever the order of what is in them", async (manager) => {
    const keys = [
      { a: 1, b: { c: 2, d: [3] } },
      new Set<unknown>([1, { a: 1, b: 2 }]),
      new Map<unknown, unknown>([[1, 2], [{ a: 1, b: 2 }, new Set([3, 4])]]),
    ];
    const same = [
      { b: { d: [3], c: 2 }, a: 1 },
      new Set<unknown>([{ b: 2, a: 1 }, 1]),
      new Map<unknown, unknown>([[{ b: 2, a: 1 }, new Set([4, 3])], [1, 2]]),
    ];
    const dict = manager.dict<unknown, number>(keys.map((key, n) => [key, n]));
    const list = manager.list<unknown>(keys);
    for (const [n, key] of same.entries()) {
      assertEquals(await dict.get(key), n);
      assertEquals(await list.indexOf(key), n);
      assertEquals(await list.count(key), 1);
    }
    await dict.set(same[0], 5);
    assertEquals(await dict.values(), [5, 1, 2]);
    assertEquals(await list.remove(same[0]), true);
    assertEquals(await list.includes(same[0]), false);
    assertEquals(await dict.get({ a: 1, b: { c: 2, d: [4] } }), undefined);
  });

  test("does with a dictionary what a Map can do, and Python's", async (manager) => {
    const dict = manager.dict<string, number>([["a", 1], ["b", 2]]);
    assertEquals(await dict.has("a"), true);
    assertEquals(await dict.delete("a"), true);
    assertEquals(await dict.delete("a"), false);
    assertEquals(await dict.pop("b"), 2);
    assertEquals(await dict.pop("b"), undefined);
    assertEquals(await dict.setDefault("c", 3), 3);
    assertEquals(await dict.setDefault("c", 4), 3);
    await dict.update(new Map([["d", 4], ["c", 5]]));
    assertEquals(await dict.entries(), [["c", 5], ["d", 4]]);
    assertEquals(await dict.toMap(), new Map([["c", 5], ["d", 4]]));
    assertEquals(await Array.fromAsync(dict), [["c", 5], ["d", 4]]);
    await dict.clear();
    assertEquals(await dict.size, 0);
  });

  test("refuses what cannot be iterated over", async (manager) => {
    // deno-lint-ignore no-explicit-any -- what the compiler refuses
    const [object, number] = [{ a: 1 } as any, 5 as any];
    assertThrows(
      () => manager.dict(object),
      TypeError,
      "Cannot create dict: entries is an object, not iterable; use Object.entries()",
    );
    assertThrows(
      () => manager.list(number),
      TypeError,
      "Cannot create list: items is a number, not iterable",
    );
    assertThrows(
      () => manager.array("i8", object),
      TypeError,
      "Cannot create array: content is an object, neither a length nor an iterable of numbers",
    );
    assertThrows(
      () => manager.array("i8", "12" as never),
      TypeError,
      "Cannot create array: content is a string",
    );
    await assertRejects(
      () => manager.dict().update(object),
      TypeError,
      "Cannot update dict: entries is an object",
    );
    await assertRejects(
      () => manager.list().extend(number),
      TypeError,
      "Cannot extend list: items is a number",
    );
    const list = manager.list<number>();
    await assertRejects(
      () => list.extend(manager.list([1]) as never),
      TypeError,
      "Cannot extend list: items is a ListProxy; pass await items.toArray()",
    );
    await list.extend(await manager.list([1]).toArray());
    assertEquals(await list.toArray(), [1]);
  });

  test("refuses what are no values by their names", async (manager) => {
    assertThrows(
      () => manager.namespace(5 as never),
      TypeError,
      "Cannot create namespace: values is a number, not an object",
    );
    const space = manager.namespace();
    await assertRejects(
      () => space.update("a" as never),
      TypeError,
      "Cannot update namespace: values is a string, not an object",
    );
    await assertRejects(
      () => space.get(null as never),
      TypeError,
      "Cannot use namespace: the name is null, not a string",
    );
    assertEquals(await space.toObject(), {});
  });

  test("does with a list what an array can do, and Python's", async (manager) => {
    const list = manager.list([3, 1, 2]);
    assertEquals(await list.length, 3);
    assertEquals([await list.at(0), await list.at(-1)], [3, 2]);
    assertEquals(await list.at(3), undefined);
    await list.set(-1, 7);
    assertEquals(await list.push(8, 9), 5);
    assertEquals(await list.toArray(), [3, 1, 7, 8, 9]);
    assertEquals(await list.pop(), 9);
    assertEquals(await list.pop(0), 3);
    assertEquals(await list.pop(10), undefined);
    await list.insert(1, 5);
    assertEquals(await list.splice(0, 2, 4, 4), [1, 5]);
    await list.extend([1, 0]);
    assertEquals(await list.toArray(), [4, 4, 7, 8, 1, 0]);
    assertEquals(await list.count(4), 2);
    assertEquals(await list.remove(4), true);
    assertEquals(await list.remove(99), false);
    assertEquals(await list.indexOf(8), 2);
    assertEquals(await list.indexOf(4, 1), -1);
    assertEquals(await list.includes(0), true);
    await list.reverse();
    assertEquals(await list.slice(1, -1), [1, 8, 7]);
    await list.sort();
    assertEquals(await list.toArray(), [0, 1, 4, 7, 8]);
    await list.sort((a, b) => b - a);
    assertEquals(await list.toArray(), [8, 7, 4, 1, 0]);
    assertEquals(await Array.fromAsync(list), [8, 7, 4, 1, 0]);
    assertEquals(await list.splice(1, undefined, 7, 7), []);
    assertEquals(await list.splice(1, 2), [7, 7]);
    assertEquals(await list.splice(3), [1, 0]);
    await list.clear();
    assertEquals(await list.length, 0);
  });

  test("counts negative indices of a list from its end, as an array does", async (manager) => {
    const items = [10, 20, 30];
    const list = manager.list(items);
    for (let n = -5; n <= 4; n++) {
      for (const item of items) {
        assertEquals(await list.indexOf(item, n), items.indexOf(item, n));
      }
      assertEquals(await list.at(n), items.at(n));
      assertEquals(await list.slice(n, -1), items.slice(n, -1));
      assertEquals(await list.slice(0, n), items.slice(0, n));
      const [changed, same] = [manager.list(items), [...items]];
      assertEquals(await changed.splice(n, 1, 40), same.splice(n, 1, 40));
      await changed.insert(n, 50);
      same.splice(n, 0, 50);
      assertEquals(await changed.toArray(), same);
    }
    assertEquals(await list.pop(-4), undefined);
    assertEquals(await list.pop(-3), 10);
    await assertRejects(
      () => list.set(-3, 1),
      RangeError,
      "Cannot set item -3: the list has 2",
    );
  });

  test("compares the items of a list structurally", async (manager) => {
    const list = manager.list<unknown>([[1], { a: 1 }, NaN, "a"]);
    assertEquals(await list.indexOf({ a: 1 }), 1);
    assertEquals(await list.includes([1]), true);
    assertEquals(await list.indexOf(NaN), 2);
    assertEquals(await list.includes([2]), false);
    await assertRejects(
      () => list.sort(),
      TypeError,
      "cannot be compared; pass a function that does",
    );
    assertEquals(await list.toArray(), [[1], { a: 1 }, NaN, "a"]);
  });

  test("says what is wrong with an index", async (manager) => {
    const list = manager.list([1]);
    await assertRejects(
      () => list.set(1, 2),
      RangeError,
      "Cannot set item 1: the list has 1",
    );
    await assertRejects(
      () => list.at("length" as never),
      TypeError,
      "Cannot get item: index is a string, not a number",
    );
    await assertRejects(
      () => list.pop(null as never),
      TypeError,
      "Cannot pop item: index is null, not a number",
    );
    await assertRejects(
      () => list.insert(0.5, 1),
      RangeError,
      "Cannot insert item: index is 0.5, not a whole number",
    );
    assertEquals(await list.toArray(), [1]);
  });

  test("holds its own proxies inside containers", async (manager) => {
    const outer = manager.dict<string, unknown>();
    const inner = manager.list([1]);
    await outer.set("inner", { deep: [inner] });
    await outer.set("self", outer);
    const { deep: [same] } = await outer.get("inner") as {
      deep: [ListProxy<number>];
    };
    await same.push(2);
    assertEquals(await inner.toArray(), [1, 2]);
    const self = await outer.get("self") as DictProxy<string, unknown>;
    assertEquals(await self.size, 2);
    const list = manager.list<unknown>([inner, outer]);
    assertEquals(await (await list.at(0) as typeof inner).length, 2);
    assertEquals(await list.indexOf(outer), 1);
  });

  test("iterates over what there was when it began", async (manager) => {
    const items = Array.from({ length: 3_500 }, (_, n) => n);
    const list = manager.list(items);
    const dict = manager.dict(items.map((n) => [n, -n] as const));
    const seen: number[] = [];
    for await (const item of list) {
      if (seen.length === 0) await list.clear();
      seen.push(item);
    }
    assertEquals(seen, items);
    let count = 0;
    for await (const [key, value] of dict) {
      assertEquals(value, -key);
      if (++count === 1_500) break;
    }
    assertEquals(await list.length, 0);
  });

  test("lets an iteration be left whose proxy has been disposed of", async (manager) => {
    const items = Array.from({ length: 3_500 }, (_, n) => n);
    const list = manager.list(items);
    for await (const item of list) {
      if (item < 1_500) continue;
      list[Symbol.dispose]();
      break;
    }
    const dict = manager.dict(items.map((n) => [n, n]));
    let count = 0;
    const error = await assertRejects(async () => {
      for await (const _entry of dict) {
        if (++count === 1_000) dict[Symbol.dispose]();
      }
    }, Error);
    assertEquals([count, error.message], [
      1_000,
      "Cannot call next() of DictProxy: the proxy has been disposed of",
    ]);
  });

  test("finds and sorts values in which one object stands many times", async (manager) => {
    const manyTimes = (end: unknown) => {
      let value = [end];
      for (let n = 0; n < 40; n++) value = [value, value];
      return value;
    };
    const [one, two] = [manyTimes(1), manyTimes(2)];
    const dict = manager.dict<unknown, number>([[one, 1], [two, 2]]);
    assertEquals([await dict.get(one), await dict.get(two)], [1, 2]);
    assertEquals(await dict.get(manyTimes(3)), undefined);
    const list = manager.list<unknown>([two, one, [[1]], one]);
    assertEquals(await list.indexOf(one), 1);
    assertEquals(await list.indexOf([[1]]), 2);
    assertEquals(await list.count(one), 2);
    assertEquals(await list.includes(manyTimes(3)), false);
    assertEquals(await list.remove([[1]]), true);
    await list.sort();
    assertEquals([await list.indexOf(one), await list.indexOf(two)], [0, 2]);
  });

  test("refuses what cannot be sent, before anything is", async (manager) => {
    const dict = manager.dict<string, unknown>();
    await assertRejects(
      () => dict.set("f", { on: () => {} }),
      TypeError,
      "Cannot send args[1].on: a function cannot be sent to",
    );
    assertThrows(
      () => manager.list([Symbol("s")]),
      TypeError,
      "Cannot send args[0][0]: a symbol cannot be sent to",
    );
    assertEquals(await dict.size, 0);
  });

  test("has namespaces, values and arrays", async (manager) => {
    const space = manager.namespace({ name: "bob", age: 41 });
    await space.set("name", "ada");
    assertEquals(await space.modify("age", (age) => age + 1), 42);
    assertEquals(await space.toObject(), { name: "ada", age: 42 });
    assertEquals(await space.keys(), ["name", "age"]);
    await space.update({ age: 1 });
    assertEquals(await space.get("age"), 1);
    assertEquals(await space.delete("age"), true);
    assertEquals(await space.has("age"), false);

    const value = manager.value<unknown>(1);
    assertEquals([await value.get(), await value.value], [1, 1]);
    assertEquals(await value.swap({ a: 1 }), 1);
    assertEquals(await value.modify(() => "x"), "x");
    await value.set(undefined);
    assertEquals(await value.value, undefined);

    const array = manager.array("u8", 3);
    await array.set(0, 255);
    await array.fill(7, 1);
    assertEquals(await array.toArray(), new Uint8Array([255, 7, 7]));
    assertEquals(await array.modify(1, (n) => n + 1), 8);
    assertEquals([await array.at(-2), await array.length], [8, 3]);
    assertEquals(await array.slice(1), new Uint8Array([8, 7]));
    assertEquals(await Array.fromAsync(array), [255, 8, 7]);
    await assertRejects(
      () => array.set(0, 1n as never),
      TypeError,
      "Cannot set item: it is a bigint, not a number",
    );
    const big = manager.array("i64", [1n]);
    assertEquals(await big.toArray(), new BigInt64Array([1n]));
    await assertRejects(
      () => manager.array("i64", [1] as never).length,
      TypeError,
      "Cannot create array of i64: Cannot convert 1 to a BigInt",
    );
    assertThrows(
      () => manager.array("x" as never, 1),
      TypeError,
      'Cannot create array: "x" is not a type',
    );
    assertThrows(
      () => manager.array(1n as never, 1),
      TypeError,
      "Cannot create array: 1n is not a type",
    );
  });

  test("is asked in the order of the calls, any number at a time", async (manager) => {
    const list = manager.list<number>();
    const sent = Array.from({ length: 5_000 }, (_, n) => list.push(n));
    const lengths = await Promise.all(sent);
    assertEquals(lengths, lengths.map((_, n) => n + 1));
    assertEquals(await list.toArray(), lengths.map((_, n) => n));
  });

  test("brings large values", async (manager) => {
    const list = manager.list(Array.from({ length: 100_000 }, (_, n) => n));
    assertEquals((await list.toArray()).length, 100_000);
    const value = manager.value(new Uint8Array(5_000_000).fill(7));
    assertEquals((await value.value).every((byte) => byte === 7), true);
  });

  test("does nothing for a proxy that has been disposed of", async (manager) => {
    const list = manager.list<number>();
    const pushed = list.push(1);
    list[Symbol.dispose]();
    list[Symbol.dispose]();
    assertEquals(await pushed, 1);
    await assertRejects(
      () => list.push(2),
      Error,
      "Cannot call push() of ListProxy: the proxy has been disposed of",
    );
    const other = manager.list<unknown>();
    assertThrows(
      () => manager.list([list]),
      TypeError,
      "this ListProxy has been disposed of",
    );
    await assertRejects(
      () => other.push(list),
      TypeError,
      "Cannot send args[0]: this ListProxy has been disposed of",
    );
  });
}
