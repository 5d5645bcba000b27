// What the compiler knows of managers. The gate checks the types of this file; it runs nothing of
// them.

import type {
  BaseProxy,
  DictProxy,
  ManagedClass,
  Manager,
  PoolProxy,
  Proxied,
  SetProxy,
} from "../../manager/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { is } from "../exact_type.ts";

class Counter {
  constructor(readonly start: number) {}

  total(by: number): number {
    return this.start + by;
  }
}

export class Odd {
  then(): void {}

  toJSON(): void {}

  even(): void {}
}

function makeCounter(start: number): Counter {
  return new Counter(start);
}

const makeLater = (start: number) => Promise.resolve(new Counter(start));
const add = (n = 0, by: number) => n + by;
const named = fromModule<typeof add>(import.meta.url, "add");
const text = fromModule<(it: string) => string>(import.meta.url, "text");

export function modifies(manager: Manager) {
  const dict = manager.dict<string, number>();
  const list = manager.list([1]);
  const value = manager.value<number>(1);
  const array = manager.array("f64", 1);
  const space = manager.namespace({ a: 1, b: "b" });
  is<Promise<number>>()(dict.modify("a", named, 2));
  is<Promise<number>>()(list.modify(0, named, 2));
  is<Promise<number>>()(value.modify(named, 2));
  is<Promise<number>>()(array.modify(0, named, 2));
  is<Promise<number>>()(space.modify("a", named, 2));
  is<Promise<string>>()(space.modify("b", text));
  list.sort(fromModule<(a: number, b: number) => number>("file:///a.ts", "a"));
  // What it is given is known from what it is of.
  dict.modify("a", (n = 0) => n + 1);
  dict.modify("a", (n, by: number) => (n ?? 0) + by, 2);
  value.modify(async (n) => await Promise.resolve(n.valueOf()));
  list.sort((a, b) => a - b);
  // @ts-expect-error what it gives is not known
  dict.modify("a", fromModule(import.meta.url, "add"), 2);
  // @ts-expect-error an argument is missing
  dict.modify("a", named);
  // @ts-expect-error a string is no number
  list.modify(0, text);
  // @ts-expect-error it gives a string
  value.modify(() => "a");
  // @ts-expect-error a string is no number
  array.modify(0, (n, by: number) => n + by, "2");
  // @ts-expect-error it compares strings
  list.sort(text);
}

export function combines(manager: Manager) {
  const set = manager.set(["a"]);
  const numbers = manager.set<number>();
  is<SetProxy<string>>()(set);
  is<SetProxy<unknown>>()(manager.set());
  is<Promise<Set<string | number>>>()(set.union([1]));
  is<Promise<Set<string | number>>>()(set.symmetricDifference(numbers));
  is<Promise<Set<string>>>()(set.intersection(new Set(["a"])));
  is<Promise<Set<string>>>()(set.difference(numbers));
  is<Promise<boolean>>()(set.isSubsetOf(numbers));
  is<Promise<string | undefined>>()(set.pop());
  is<Promise<Set<number>>>()(
    numbers.modify((members, by: number) => members.add(by), 2),
  );
  manager.set<string | number>().update(set);
  manager.set<[number, number]>().update([[1, 2]]);
  // @ts-expect-error a string is no number
  numbers.add("a");
  // @ts-expect-error strings are no numbers
  numbers.update(set);
  // @ts-expect-error it is asked for its members by await only
  for (const _member of set);
  // @ts-expect-error it gives an array
  numbers.modify((members) => [...members]);
  // @ts-expect-error a number is no set
  set.union(1);
}

export function creates(manager: Manager) {
  is<Proxied<Counter>>()(manager.create(Counter, 1));
  is<Proxied<Counter>>()(manager.create<typeof Counter>("Counter", 1));
  is<Proxied<Counter>>()(manager.create(makeCounter, 1));
  is<Proxied<Counter>>()(manager.create<typeof makeCounter>("make", 1));
  is<Proxied<Counter>>()(manager.create<typeof makeLater>("make", 1));
  // deno-lint-ignore no-explicit-any -- of what is not typed, any method can be called
  is<Proxied<any>>()(manager.create("Counter", 1, "any"));
  is<Promise<number>>()(manager.create(Counter, 1).total(2));
  is<Proxied<Counter>>()(
    manager.create(
      fromModule<typeof makeCounter>(import.meta.url, "makeCounter"),
      1,
    ),
  );
  // @ts-expect-error an argument is missing
  manager.create(Counter);
  // @ts-expect-error an argument is missing
  manager.create<typeof makeCounter>("make");
  // @ts-expect-error a string is no number
  manager.create(Counter, "1");
  // @ts-expect-error it gives no object
  manager.create((n: number) => n, 1);
}

export function createsFor<C extends ManagedClass>(
  manager: Manager,
  ownClass: C,
  ...args: ConstructorParameters<C>
): Proxied<InstanceType<C>> {
  return manager.create(ownClass, ...args);
}

export function pools(pool: PoolProxy) {
  is<Promise<Set<string>>>()(
    pool.apply((set: Set<string>) => set, [new Set()]),
  );
  is<Promise<number[]>>()(pool.starmap((a, b) => a + b, [[1, 2]]));
  // @ts-expect-error an argument is missing
  pool.apply((n: number) => n);
}

export function lacks(odd: Proxied<Odd>) {
  odd.even();
  // @ts-expect-error it would be taken for a promise
  odd.then();
  // @ts-expect-error it is asked for where nobody waits
  odd.toJSON();
}

export function publishes(manager: Manager) {
  const dict = manager.dict<string, number>();
  manager.publish("dict", dict);
  manager.publish("counter", manager.create(Counter, 1));
  is<Promise<BaseProxy>>()(manager.lookup("dict"));
  is<Promise<typeof dict>>()(manager.lookup<DictProxy<string, number>>("dict"));
  is<Promise<Proxied<Counter>>>()(manager.lookup<Proxied<Counter>>("counter"));
  // @ts-expect-error a queue is no proxy
  manager.publish("queue", new Queue());
}
