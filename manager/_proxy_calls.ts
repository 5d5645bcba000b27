import { shareParts } from "../_internal/handles/mod.ts";
import type { WaitOptions } from "../_internal/parking/mod.ts";
import { doing } from "./_client.ts";
import { LastCall } from "./_last_call.ts";
import { labelOfWords } from "./_label_words.ts";
import { proxyFor } from "./_making.ts";
import { ObjectRef } from "./_object_ref.ts";
import { type BaseProxy, refOf } from "./base_proxy.ts";

type ProxyClass = new () => BaseProxy;

const classes = new Map<string, ProxyClass>();

/** Lets proxies of a class be sent, and calls of them name it. */
export function proxyClass(
  name: string,
  module: string,
  proxyClass: ProxyClass,
): void {
  classes.set(name, proxyClass);
  shareParts(proxyClass, {
    name,
    module,
    describe(proxy, to) {
      const ref = refOf(proxy);
      if (!ref.isClosed) return ref.describe(to);
      throw new TypeError(`this ${ref.label ?? name} has been disposed of`);
    },
    create(words, [ref]) {
      if (ref instanceof ObjectRef) {
        ref.label ??= labelOfWords(words);
        return proxyFor(ref, proxyClass);
      }
      throw new TypeError(`Cannot receive a ${name}: it refers to nothing`);
    },
  });
}

/** The class of proxies of that name, if its module is loaded. */
export function proxyClassOf(name: string): ProxyClass | undefined {
  return classes.get(name);
}

/** Calls a method of the object that a proxy stands for. */
export function call<T>(
  proxy: BaseProxy,
  method: string,
  args: readonly unknown[] = [],
  wait?: WaitOptions,
): Promise<T> {
  const ref = refOf(proxy);
  const of = ref.label ?? proxy.constructor.name;
  return ref.client.call<T>(ref, of, method, args, wait);
}

/** Calls a method with a function, which stands behind `before` in the arguments. */
export function callWith<T>(
  proxy: BaseProxy,
  method: string,
  before: readonly unknown[],
  fn: unknown,
  after: readonly unknown[] = [],
): Promise<T> {
  const ref = refOf(proxy);
  try {
    const what = doing(proxy.constructor.name, method);
    const number = ref.client.tell(fn, what);
    return call<T>(proxy, method, [...before, number, ...after]);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** What a manager gives of a collection at a time. */
type Batch<T> = readonly [items: readonly T[], cursor: number | undefined];

/** Where an iteration is, in the manager. */
class Cursor {
  number: number | undefined;
  #stop: LastCall | undefined;

  /** Asks for it soon: what is iterated over is kept from now on. */
  begin(proxy: BaseProxy): void {
    this.#stop = new LastCall(proxy, "stop");
  }

  /** Has the manager forget it, if that has not come to the end by itself. */
  end(): void {
    const { number } = this;
    this.number = undefined;
    if (number === undefined) return this.#stop?.drop();
    // Whoever iterates is told otherwise if the manager has ended.
    this.#stop?.make(number).catch(() => {});
  }
}

/** Those that were dropped half-way. */
const dropped = new FinalizationRegistry<Cursor>((cursor) => cursor.end());

/** Iterates over what the object holds now, some at a time. */
export function iterate<T>(
  proxy: BaseProxy,
): AsyncGenerator<T, undefined, undefined> {
  const cursor = new Cursor();
  const iterator = iterateBy<T>(proxy, cursor);
  dropped.register(iterator, cursor, cursor);
  return iterator;
}

async function* iterateBy<T>(
  proxy: BaseProxy,
  cursor: Cursor,
): AsyncGenerator<T, undefined, undefined> {
  cursor.begin(proxy);
  try {
    let [items, next] = await call<Batch<T>>(proxy, "iterate");
    for (;;) {
      cursor.number = next;
      yield* items;
      if (next === undefined) return undefined;
      [items, next] = await call<Batch<T>>(proxy, "next", [next]);
    }
  } finally {
    dropped.unregister(cursor);
    cursor.end();
  }
}
