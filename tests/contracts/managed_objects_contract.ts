import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Manager, Proxied } from "../../manager/mod.ts";
import {
  type Counter,
  CountError,
  type sharedCounter,
} from "../fixtures/manager/counter.ts";
import type { Sheet } from "../fixtures/manager/sheet.ts";

const LIBRARY = new URL("../../", import.meta.url).href;

/** What every manager does with objects of the program's own classes. */
export function testManagedObjects(
  name: string,
  open: () => Promise<Manager> | Manager,
): void {
  const test = (
    behaviour: string,
    run: (manager: Manager) => Promise<void> | void,
  ) => Deno.test(`${name} ${behaviour}`, async () => run(await open()));

  test("calls the public methods of an object of a class", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter", 5);
    assertEquals(await counter.increment(), 6);
    assertEquals(await counter.increment(4), 10);
    assertEquals(await counter.total(), 10);
    assertEquals(await counter.inherited(), "inherited");
    assertEquals(await counter.later("value"), "value");
  });

  test("finds a class that it was not told of before", async (manager) => {
    class Stack {
      readonly #items: unknown[] = [];
      push(item: unknown): number {
        return this.#items.push(item);
      }
    }
    const stack = manager.create(Stack);
    assertEquals(await stack.push(1), 1);
    assertEquals(await stack.push(1), 2);
  });

  test("makes an object of what it is given, whatever is registered by that name", async (manager) => {
    class Counter {
      say(): string {
        return "the other one";
      }
    }
    const counter = manager.create(Counter);
    assertEquals(await counter.say(), "the other one");
    assertEquals(`${counter}`, `[Counter of ${manager.name}]`);
    function sharedCounter(n: number): Map<number, string> {
      return new Map([[n, "from the other one"]]);
    }
    const map = manager.create(sharedCounter, 1);
    assertEquals(await map.get(1), "from the other one");
  });

  test("refuses all but the public methods", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter");
    const names = [
      "constructor",
      "__proto__",
      "__defineGetter__",
      "hasOwnProperty",
      "toString",
      "valueOf",
      "_hidden",
      "own",
      "current",
      "#count",
      "nothing",
      "",
    ];
    const methods = counter as unknown as Record<
      string,
      () => Promise<unknown>
    >;
    for (const name of names) {
      await assertRejects(
        () => methods[name](),
        TypeError,
        `Cannot call ${
          JSON.stringify(name)
        } of Counter: it has no such public method`,
      );
    }
    const dict = manager.dict();
    const get = dict.get.bind(dict);
    assertEquals(await get("constructor"), undefined);
    assertEquals(await get("__proto__"), undefined);
  });

  test("brings an error as itself, with its stack", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter");
    const error = await assertRejects(
      () => counter.fail(),
      CountError,
      "counted too far",
    );
    assertEquals(
      /--- in the manager .*---\n.*Counter\.fail/s.test(error.stack!),
      true,
    );
    await assertRejects(
      () => counter.unsendable(),
      TypeError,
      "Cannot send result: a function cannot be sent to",
    );
    await assertRejects(
      () => counter.throwTrap(),
      TypeError,
      "Cannot send error: it throws when it is looked at",
    );
    assertEquals(await counter.increment(), 1);
  });

  test("puts the stack of the manager below that of who awaits the call", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter");
    async function askForIt(ask: () => Promise<unknown>): Promise<string> {
      try {
        await ask();
        return "";
      } catch (error) {
        return (error as Error).stack!;
      }
    }
    const asked: (() => Promise<unknown>)[] = [
      () => counter.fail(),
      () => manager.list().set(3, 3),
      () => manager.value(0).modify(() => Promise.reject(new Error("no"))),
      () => manager.lock().release(),
      () => manager.create<typeof Counter>("Nobody").total(),
      () => manager.semaphore(-1).acquire(),
    ];
    for (const ask of asked) {
      const stack = await askForIt(ask);
      const [local, remote] = stack.split(/\n *--- in the manager .* ---/);
      assert(/\n *at async askForIt \(/.test(local), stack);
      assert(remote !== undefined && !remote.includes("askForIt"), stack);
      for (const folder of ["manager", "process", "_internal"]) {
        assert(!stack.includes(`${LIBRARY}${folder}/`), stack);
      }
    }
    const late = await askForIt(() => manager.queue().get({ timeout: 1 }));
    assert(late.includes("at async askForIt "), late);
  });

  test("tells who calls an object that it could not be made", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter", -1);
    await assertRejects(
      () => counter.total(),
      CountError,
      "cannot begin with -1",
    );
    await assertRejects(
      () => manager.create<typeof Counter>("Nobody").total(),
      TypeError,
      "Cannot create Nobody: nothing is registered by that name",
    );
  });

  test("is asked for nothing where a proxy becomes text", async (manager) => {
    class Named {
      toString(): string {
        return "by its own method";
      }

      toJSON(): string {
        return "not asked for, as nobody would wait for it";
      }
    }
    const counter = manager.create<typeof Counter>("Counter");
    const named = manager.create(Named);
    assertEquals(`${counter}`, `[Counter of ${manager.name}]`);
    assertEquals(named + "", `[Named of ${manager.name}]`);
    assertEquals(Number(counter), NaN);
    assertEquals(String(manager.dict()), `[DictProxy of ${manager.name}]`);
    assertEquals(await named.toString(), "by its own method");
    const proxies = { counter, named, dict: manager.dict() };
    assertEquals(
      JSON.stringify(proxies),
      '{"counter":{},"named":{},"dict":{}}',
    );
    await assertRejects(
      () => counter.toString() as unknown as Promise<string>,
      TypeError,
      'Cannot call "toString" of Counter: it has no such public method',
    );
  });

  test("says which argument of an object it cannot be made of", (manager) => {
    class Pair {
      constructor(readonly one: unknown, readonly other: unknown) {}
    }
    for (const type of [Pair, "Pair"]) {
      assertThrows(
        () => manager.create(type as typeof Pair, 1, { on: () => {} }),
        TypeError,
        "Cannot send args[1].on: a function cannot be sent to",
      );
    }
    assertThrows(
      () => manager.create(null as unknown as string),
      TypeError,
      "Cannot create object: it is null; pass a function",
    );
  });

  test("keeps the objects that a method returns", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter", 1);
    const same = await counter.itself();
    await same.increment();
    assertEquals(`${same}`, `[Counter of ${manager.name}]`);
    assertEquals(await counter.total(), 2);
    const { counters } = await counter.others() as unknown as {
      counters: Proxied<Counter>[];
    };
    await counters[0].increment();
    assertEquals(await counters[0].total(), 11);
    assertEquals(await counters[1].total(), 20);
  });

  test("keeps also those of a class that nothing was made of before", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter", 1);
    const [sheet] = await counter.sheets() as unknown as Proxied<Sheet>[];
    assertEquals(`${sheet}`, `[Sheet of ${manager.name}]`);
    assertEquals([await sheet.write("one"), await sheet.write("two")], [1, 2]);
  });

  test("keeps no more of a class of the runtime than what was made", async (manager) => {
    const made = manager.create<typeof Map<string, number>>("makeMap");
    assertEquals(await made.get("one"), 1);
    const value = manager.value(new Map([[2, 3]]));
    assertEquals(await value.value, new Map([[2, 3]]));
    for (const type of [Map, Date, URL, Uint8Array]) {
      const { name } = type;
      assertThrows(
        () => manager.create(type as typeof Map),
        TypeError,
        `Cannot create object: it is the class ${name} of the runtime; extend it, or register a function that gives one, as () => new ${name}()`,
      );
    }
  });

  test("tells others what an object is called", async (manager) => {
    const counter = manager.create<typeof Counter>("Counter");
    await manager.publish("counter", counter);
    const found = await manager.lookup<Proxied<Counter>>("counter");
    assertEquals(`${found}`, `[Counter of ${manager.name}]`);
    // One that this isolate does not know.
    const { counters } = await counter.others() as unknown as {
      counters: Proxied<Counter>[];
    };
    const list = manager.list(counters);
    const names = [...counters, ...await list.toArray()].map(String);
    assertEquals(names, Array(4).fill(`[Counter of ${manager.name}]`));
    await manager.unpublish("counter");
  });

  test("has objects that a function gives", async (manager) => {
    const create = () =>
      manager.create("sharedCounter") as unknown as Proxied<
        ReturnType<typeof sharedCounter>
      >;
    const before = await create().total();
    await create().increment();
    assertEquals(await create().total(), before + 1);
    const map = manager.create((n: number) => new Map([[n, "n"]]), 1);
    assertEquals(await map.get(1), "n");
  });
}
