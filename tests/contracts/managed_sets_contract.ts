import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Manager, SetProxy } from "../../manager/mod.ts";
import { managedTest } from "./managed_tests.ts";

/** The algebra of sets, as a `Set` has it. */
const ALGEBRA = [
  "union",
  "intersection",
  "difference",
  "symmetricDifference",
  "isSubsetOf",
  "isSupersetOf",
  "isDisjointFrom",
] as const;

/** What the sets of every manager do. */
export function testManagedSets(
  name: string,
  open: () => Promise<Manager> | Manager,
): void {
  const test = managedTest(name, open);

  test("keeps the types of the members of a set", async (manager) => {
    const set = manager.set<unknown>();
    const members = [
      ...[1, "1", 0.25, 1n, true, null, undefined, NaN, "\0o", "\0s\0o"],
      ...[[1, 2], { a: 1 }, new Date(0), new Uint8Array([1])],
    ];
    for (const member of members) assertEquals(await set.add(member), true);
    for (const member of members) {
      assertEquals(await set.add(structuredClone(member)), false);
      assertEquals(await set.has(structuredClone(member)), true);
    }
    assertEquals(await set.size, members.length);
    assertEquals(await set.values(), members);
    for (const other of [[2, 1], { a: 2 }, new Date(1), "0.25", 0, false]) {
      assertEquals(await set.has(other), false);
    }
  });

  test("takes -0 for 0 in a set, as a Set does", async (manager) => {
    const set = manager.set([-0]);
    assertEquals([await set.has(0), await set.add(0)], [true, false]);
    assertStrictEquals((await set.values())[0], 0);
  });

  test("finds members of a set whatever the order of what is in them", async (manager) => {
    const set = manager.set<unknown>([
      { a: 1, b: [2] },
      new Set<unknown>([1, { a: 1, b: 2 }]),
      { b: [2], a: 1 },
    ]);
    assertEquals(await set.size, 2);
    assertEquals(await set.has({ b: [2], a: 1 }), true);
    assertEquals(await set.delete(new Set<unknown>([{ b: 2, a: 1 }, 1])), true);
    // It is the one that was added first.
    await set.update([{ b: [2], a: 1 }]);
    const [member] = await set.values();
    assertEquals(JSON.stringify(member), '{"a":1,"b":[2]}');
  });

  test("does with a set what a Set can do, and Python's", async (manager) => {
    const set = manager.set("abca");
    assertEquals(await set.toSet(), new Set("abc"));
    assertEquals([await set.add("d"), await set.add("a")], [true, false]);
    assertEquals([await set.has("d"), await set.has("e")], [true, false]);
    assertEquals([await set.delete("a"), await set.delete("a")], [true, false]);
    await set.update(new Set(["b", "e"]));
    await set.update(manager.set(["f", "e"]));
    await set.update(set);
    assertEquals(await set.values(), ["b", "c", "d", "e", "f"]);
    assertEquals(await Array.fromAsync(set), ["b", "c", "d", "e", "f"]);
    assertEquals([await set.pop(), await set.size], ["b", 4]);
    await set.clear();
    assertEquals([await set.size, await set.pop()], [0, undefined]);
    assertEquals(await manager.set().toSet(), new Set());
  });

  test("combines and compares sets as a Set does, of whatever kind the other is", async (manager) => {
    const contents = [[], [1, 2, 3], [2, 3], [3, 4], [5], [1, 2, 3, NaN]];
    for (const members of contents) {
      const plain = new Set(members);
      const set = manager.set(members);
      for (const content of contents) {
        const other = new Set(content);
        const hosted = manager.set(content);
        const kinds = [
          () => content,
          () => other,
          () => other.values(),
          () => hosted,
        ];
        for (const method of ALGEBRA) {
          for (const kind of kinds) {
            assertEquals(await set[method](kind()), plain[method](other));
          }
        }
      }
      for (const method of ALGEBRA) {
        assertEquals(await set[method](set), plain[method](plain));
      }
      assertEquals(await set.toSet(), plain);
    }
  });

  test("combines and compares sets of objects structurally", async (manager) => {
    const set = manager.set<unknown>([[1], { a: 1, b: 2 }, "x"]);
    const other = [{ b: 2, a: 1 }, [2], [1]];
    const values = async (members: Promise<Set<unknown>>) => [...await members];
    for (const given of [other, manager.set<unknown>(other)]) {
      assertEquals(
        await values(set.union(given)),
        [[1], { a: 1, b: 2 }, "x", [2]],
      );
      assertEquals(
        await values(set.intersection(given)),
        [[1], { a: 1, b: 2 }],
      );
      assertEquals(await values(set.difference(given)), ["x"]);
      assertEquals(await values(set.symmetricDifference(given)), ["x", [2]]);
    }
    assertEquals(await set.isSupersetOf([[1], [1]]), true);
    assertEquals(await set.isSubsetOf([[1], "x", { b: 2, a: 1 }]), true);
    assertEquals(await set.isDisjointFrom([[2], { a: 1 }]), true);
    assertEquals(await set.isDisjointFrom([[1]]), false);
    assertEquals(await set.size, 3);
  });

  test("gives a member to one of many who want it, and says to one that it is new", async (manager) => {
    const set = manager.set<number>();
    const many = Array.from({ length: 50 }, (_, n) => n);
    const added = await Promise.all(
      many.flatMap((n) => [set.add(n), set.add(n), set.add(n)]),
    );
    assertEquals(added.filter(Boolean).length, many.length);
    const popped = await Promise.all([...many, -1].map(() => set.pop()));
    assertEquals(popped, [...many, undefined]);
  });

  test("refuses what is no set", async (manager) => {
    // deno-lint-ignore no-explicit-any -- what the compiler refuses
    const [number, list, object] = [5 as any, manager.list() as any, {} as any];
    assertThrows(
      () => manager.set(number),
      TypeError,
      "Cannot create set: items is a number, not iterable",
    );
    const set = manager.set([1]);
    await assertRejects(
      () => set.update(list),
      TypeError,
      "Cannot update set: items is an object, not iterable",
    );
    for (const method of ALGEBRA) {
      for (const other of [number, list, object]) {
        await assertRejects(
          () => set[method](other),
          TypeError,
          `Cannot call ${method}() of SetProxy: other is ${
            other === number ? "a number" : "an object"
          }, not iterable`,
        );
      }
    }
    assertEquals(await set.values(), [1]);
  });

  test("refuses members that cannot be sent, before anything is", async (manager) => {
    const set = manager.set<unknown>();
    await assertRejects(
      () => set.add({ on: () => {} }),
      TypeError,
      "Cannot send args[0].on: a function cannot be sent to",
    );
    await assertRejects(
      () => set.update([1, Symbol("s")]),
      TypeError,
      "Cannot send args[0][1]: a symbol cannot be sent to",
    );
    assertThrows(
      () => manager.set([Symbol("s")]),
      TypeError,
      "Cannot send args[0][0]: a symbol cannot be sent to",
    );
    const gone = manager.set();
    gone[Symbol.dispose]();
    await assertRejects(
      () => set.union(gone),
      TypeError,
      "Cannot send args[0]: this SetProxy has been disposed of",
    );
    assertEquals(await set.size, 0);
  });

  test("holds its own proxies in a set", async (manager) => {
    const inner = manager.list([1]);
    const set = manager.set<unknown>([inner]);
    assertEquals(await set.add(set), true);
    assertEquals([await set.add(inner), await set.has(set)], [false, true]);
    assertEquals(await set.has(manager.list([1])), false);
    const [same, self] = await set.values() as [typeof inner, typeof set];
    await same.push(2);
    assertEquals(await inner.toArray(), [1, 2]);
    assertEquals(await self.size, 2);
    // In an iterable, a set is a member; itself, it stands for those that it has.
    assertEquals(await manager.set([7]).union([set]), new Set([7, set]));
    assertEquals(await manager.set([7]).union(set), new Set([7, inner, set]));
    assert((await set.intersection([inner])).has(inner));
    assertEquals(await set.delete(inner), true);
    const keys = manager.dict<SetProxy<unknown>, string>([[set, "set"]]);
    assertEquals(await keys.get(set), "set");
  });

  test("iterates over what was in a set when it began", async (manager) => {
    const members = Array.from({ length: 3_500 }, (_, n) => n);
    const set = manager.set(members);
    const seen: number[] = [];
    for await (const member of set) {
      if (seen.length === 0) await set.clear();
      seen.push(member);
    }
    assertEquals(seen, members);
    assertEquals(await set.size, 0);
  });

  test("changes a set by a function with nobody in between", async (manager) => {
    const set = manager.set<number>();
    await Promise.all(Array.from(
      { length: 100 },
      (_, n) => set.modify((members, n: number) => members.add(n), n),
    ));
    assertEquals(await set.size, 100);
    const kept = set.modify(async (members, others: Set<number>) => {
      await new Promise((done) => setTimeout(done, 20));
      return members.intersection(others);
    }, new Set([1, 3, 1_000]));
    // They wait for what was asked before.
    assertEquals([await set.size, await set.add(3)], [2, false]);
    assertEquals(await kept, new Set([1, 3]));
    assertEquals(await set.values(), [1, 3]);
    const objects = manager.set<unknown>([[1]]);
    assertEquals(
      await objects.modify((members) => members.add([2]).add([1])),
      new Set([[1], [2]]),
    );
    assertEquals(await objects.values(), [[1], [2]]);
  });

  test("leaves a set as it was if the function that changes it fails", async (manager) => {
    const set = manager.set<string | { n: number } | (() => void)>();
    await set.update(["a", { n: 1 }]);
    await assertRejects(
      () => set.modify((members) => [...members] as never),
      TypeError,
      "Cannot modify set: the function gives an array, not a Set",
    );
    await assertRejects(
      () =>
        set.modify((members) => {
          members.clear();
          return undefined as never;
        }),
      TypeError,
      "Cannot modify set: the function gives undefined, not a Set",
    );
    await assertRejects(
      () => set.modify(async (members) => await members.add(() => {})),
      TypeError,
      "a function cannot be sent to",
    );
    await assertRejects(
      () =>
        set.modify((members) => {
          for (const it of members) if (typeof it === "object") it.n = 2;
          throw new RangeError("no");
        }),
      RangeError,
      "no",
    );
    await assertRejects(
      () => set.modify(5 as never),
      TypeError,
      "Cannot call modify() of SetProxy: the function is a number; pass a function",
    );
    assertEquals(await set.values(), ["a", { n: 1 }]);
  });
}
