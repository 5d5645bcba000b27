import type { Target } from "../process/mod.ts";
import { entriesOf } from "./_items.ts";
import { call, callWith, iterate, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * A `Map` that lives in a manager.
 *
 * Keys keep their type, as in a `Map`: `1`, `"1"` and `1n` are three keys. Objects
 * are the same key if they are structurally the same, as tuples are in Python:
 * `[1, 2]` is found by `[1, 2]`, and `{ a: 1, b: 2 }` by `{ b: 2, a: 1 }`, as the order
 * of properties, of sets and of maps does not matter, but in a key of more than 250,000
 * parts. Entries are in the order in which their keys were set first.
 *
 * What is got is a copy; to change what is in a value, use
 * {@linkcode DictProxy.modify} or set it again. Proxies in keys and values are not
 * copied but refer to the same object.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const ages = manager.dict<string, number>([["bob", 41]]);
 * await ages.modify("bob", (age = 0) => age + 1);
 * assertEquals(await ages.toMap(), new Map([["bob", 42]]));
 * ```
 */
export class DictProxy<K = unknown, V = unknown> extends BaseProxy
  implements AsyncIterable<[K, V]> {
  static {
    proxyClass("DictProxy", import.meta.url, DictProxy);
  }

  /** How many entries there are. */
  get size(): Promise<number> {
    return call(this, "size");
  }

  /** The value of a key; `undefined` if there is none. */
  get(key: K): Promise<V | undefined> {
    return call(this, "get", [key]);
  }

  /**
   * Sets the value of a key.
   *
   * @throws {TypeError} if the key or the value cannot be sent
   */
  set(key: K, value: V): Promise<void> {
    return call(this, "set", [key, value]);
  }

  /** Whether there is such a key. */
  has(key: K): Promise<boolean> {
    return call(this, "has", [key]);
  }

  /**
   * Deletes a key.
   *
   * @returns whether it was there
   */
  delete(key: K): Promise<boolean> {
    return call(this, "delete", [key]);
  }

  /** Deletes all keys. */
  clear(): Promise<void> {
    return call(this, "clear");
  }

  /** All keys, as they are at one moment. */
  keys(): Promise<K[]> {
    return call(this, "keys");
  }

  /** All values, as they are at one moment. */
  values(): Promise<V[]> {
    return call(this, "values");
  }

  /** All entries, as they are at one moment. */
  entries(): Promise<[K, V][]> {
    return call(this, "entries");
  }

  /** A copy of the whole, as it is at one moment. */
  toMap(): Promise<Map<K, V>> {
    return call(this, "toMap");
  }

  /**
   * Deletes a key and gives its value: each to one caller only.
   *
   * @returns the value; `undefined` if there was none
   */
  pop(key: K): Promise<V | undefined> {
    return call(this, "pop", [key]);
  }

  /**
   * Sets the value of a key that is not there.
   *
   * @returns the value that it has then
   */
  setDefault(key: K, value: V): Promise<V> {
    return call(this, "setDefault", [key, value]);
  }

  /** Sets many entries at once: nobody sees only some of them. */
  async update(entries: Iterable<readonly [K, V]>): Promise<void> {
    await call(this, "update", [entriesOf(entries, "update dict")]);
  }

  /**
   * Replaces the value of a key by what a function makes of it, with nobody in
   * between. The function runs in the manager; it is found there as that of a
   * {@linkcode Process} is, so it may be written where it is passed if it uses only
   * its parameters. If it takes its time, other calls of this dictionary wait, so it
   * must not wait for one itself.
   *
   * If it fails, however it does, the value stays as it was.
   *
   * @param fn is given a copy of the value, `undefined` if there is none, and the
   *   arguments
   * @param args more arguments for it
   * @returns the new value
   * @throws {TypeError} if the function, or what it gives, cannot be sent
   * @throws what the function throws
   */
  modify<A extends unknown[]>(
    key: K,
    fn: Target<[value: V | undefined, ...args: A], V | Promise<V>>,
    ...args: A
  ): Promise<V> {
    return callWith(this, "modify", [key], fn, args);
  }

  /** Iterates over the entries that there are when it begins. */
  [Symbol.asyncIterator](): AsyncIterableIterator<[K, V]> {
    return iterate(this);
  }
}
