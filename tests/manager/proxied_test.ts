// What the types of managed objects say; the check of types is the test.

import { assertEquals } from "@std/assert";
import { Manager, type Proxied } from "../../manager/mod.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing();

/** `true` if two types are the same. */
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends
  (<X>() => X extends B ? 1 : 2) ? true : false;

/** What a method of a managed object gives. */
type Given<T, Name extends keyof Proxied<T>> = Proxied<T>[Name] extends
  (...args: never) => infer Result ? Awaited<Result> : never;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

class Node {
  #count = 0;

  count(by = 1): number {
    return this.#count += by;
  }

  itself(): this {
    return this;
  }

  later(): Promise<this> {
    return Promise.resolve(this);
  }

  next(): Node | undefined {
    return undefined;
  }

  all(): Node[] {
    return [this];
  }

  pair(): readonly [Node, number] {
    return [this, 1];
  }

  // deno-lint-ignore no-explicit-any
  anything(): any {
    return 1;
  }

  fail(): never {
    throw new Error("no");
  }

  unknown(): unknown {
    return 1;
  }

  isEmpty(): boolean {
    return true;
  }

  json(): Json {
    return [];
  }

  // As arrays have it, of which nothing stays in the manager.
  slice(): number[] {
    return [];
  }

  sizes(): Map<string, number[]> {
    return new Map();
  }

  _hidden(): void {}
}

interface Leaf extends Node {
  leaf(): Leaf;
}

Deno.test("Proxied says of each method what arrives", async () => {
  const same: [
    Same<Given<Node, "count">, number>,
    Same<Given<Node, "itself">, Proxied<Node>>,
    Same<Given<Node, "later">, Proxied<Node>>,
    Same<Given<Node, "next">, Proxied<Node> | undefined>,
    Same<Given<Node, "all">, Proxied<Node>[]>,
    Same<Given<Node, "pair">, readonly [Proxied<Node>, number]>,
    // deno-lint-ignore no-explicit-any
    Same<Given<Node, "anything">, any>,
    Same<Given<Node, "fail">, never>,
    Same<Given<Node, "unknown">, unknown>,
    Same<Given<Node, "isEmpty">, boolean>,
    Same<Given<Node, "json">, Json>,
    Same<Given<Node, "slice">, number[]>,
    Same<Given<Node, "sizes">, Map<string, number[]>>,
    Same<Given<Leaf, "itself">, Proxied<Leaf>>,
    Same<Given<Leaf, "leaf">, Proxied<Leaf>>,
    Same<"_hidden" extends keyof Proxied<Node> ? true : false, false>,
  ] = [
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
  ];
  assertEquals(same.length, 16);
  await using manager = new Manager();
  const node = manager.create(Node);
  const [first] = await (await node.itself()).all();
  const count: number = await first.count();
  assertEquals([count, await node.count()], [1, 2]);
});
