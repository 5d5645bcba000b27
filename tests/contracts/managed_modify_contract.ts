import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Manager } from "../../manager/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { twice } from "../fixtures/manager/counter.ts";
import { managedTest } from "./managed_tests.ts";

const FIXTURES = new URL("../fixtures/manager/counter.ts", import.meta.url);

/** How the containers of every manager run functions that they are told of. */
export function testManagedModify(
  name: string,
  open: () => Promise<Manager> | Manager,
): void {
  const test = managedTest(name, open);

  test("runs any number of functions that are made anew each time", async (manager) => {
    const value = manager.value(0);
    const add = () =>
      value.modify(function add(n) {
        return n + 1;
      });
    // More than a manager remembers, all before the first is found.
    await Promise.all(Array.from({ length: 2_500 }, add));
    assertEquals(await add(), 2_501);
  });

  test("changes a value by a function of a module that is named", async (manager) => {
    const target = fromModule<typeof twice>(FIXTURES, "twice");
    assertEquals(await manager.dict<string, number>().modify("n", target), 2);
    assertEquals(await manager.list([2]).modify(0, target), 4);
    assertEquals(await manager.value<number>(3).modify(target), 6);
    assertEquals(await manager.array("i8", [4]).modify(0, target), 8);
    assertEquals(await manager.namespace({ n: 5 }).modify("n", target), 10);
  });

  test("changes a value by a function with nobody in between", async (manager) => {
    const dict = manager.dict<string, number>();
    await Promise.all(Array.from(
      { length: 200 },
      () => dict.modify("n", (n = 0, by: number) => n + by, 2),
    ));
    assertEquals(await dict.get("n"), 400);
    const late = dict.modify("n", async (n) => {
      await new Promise((done) => setTimeout(done, 20));
      return n! + 1;
    });
    // It waits for what was asked before.
    assertEquals(await dict.get("n"), 401);
    assertEquals(await late, 401);
    await assertRejects(
      () =>
        dict.modify("n", () => {
          throw new RangeError("no");
        }),
      RangeError,
      "no",
    );
    assertEquals(await dict.get("n"), 401);
    const list = manager.list([1, 2]);
    assertEquals(await list.modify(-1, (n) => n * 5), 10);
    assertEquals(await list.toArray(), [1, 10]);
  });

  test("stores what a function makes only once it can be sent", async (manager) => {
    type Items = { readonly items: unknown[] };
    const before = { items: [1] };
    const dict = manager.dict<string, Items>([["x", before]]);
    const list = manager.list<Items>([before]);
    const space = manager.namespace({ x: before as Items });
    const value = manager.value<Items>(before);
    const modifiers = [
      (fn: (items: Items) => Items) => dict.modify("x", fn as never),
      (fn: (items: Items) => Items) => list.modify(0, fn),
      (fn: (items: Items) => Items) => space.modify("x", fn),
      (fn: (items: Items) => Items) => value.modify(fn),
    ];
    for (const modify of modifiers) {
      await assertRejects(
        () => modify(() => ({ items: [() => 1] })),
        TypeError,
        "Cannot send result.items[0]: a function cannot be sent to",
      );
      await assertRejects(
        () => modify((it) => (it.items.push(() => 1), it)),
        TypeError,
        "Cannot send result.items[1]: a function cannot be sent to",
      );
      await assertRejects(
        () =>
          modify((it) => {
            it.items.push(2);
            throw new RangeError("no");
          }),
        RangeError,
        "no",
      );
    }
    await assertRejects(() => dict.modify("new", () => Symbol() as never));
    assertEquals(await dict.toMap(), new Map([["x", before]]));
    assertEquals(await list.toArray(), [before]);
    assertEquals(await space.toObject(), { x: before });
    assertEquals(await value.value, before);
    for (const modify of modifiers) {
      assertEquals(
        await modify((it) => (it.items.push(2), it)),
        { items: [1, 2] },
      );
    }
  });

  test("gives a function that orders items copies of them", async (manager) => {
    const list = manager.list<{ n: number } | undefined>();
    await list.push({ n: 2 }, undefined, { n: 1 });
    await list.sort((a, b) => a!.n++ - b!.n++);
    assertEquals(await list.toArray(), [{ n: 1 }, { n: 2 }, undefined]);
  });

  test("gives a function the proxies that are in a value", async (manager) => {
    const inner = manager.list([1]);
    const dict = manager.dict([["inner", { lists: [inner, inner] }]]);
    const { lists: [same] } = await dict.modify("inner", async (it) => {
      await it!.lists[0].push(it!.lists[0] === it!.lists[1] ? 2 : 3);
      return it!;
    });
    assertEquals(await same.toArray(), [1, 2]);
  });

  test("names a variable that a function does not have there", async (manager) => {
    const dict = manager.dict<string, number>();
    const outside = 5;
    const error = await assertRejects(
      () => dict.modify("n", () => outside),
      ReferenceError,
    );
    assert(error.message.startsWith("outside is not defined"));
    await assertRejects(
      () => dict.modify("n", 5 as never),
      TypeError,
      "Cannot call modify() of DictProxy: the function is a number; pass a function",
    );
  });
}
