import type { Target } from "../process/mod.ts";
import { itemsOf } from "./_items.ts";
import { call, callWith, iterate, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * An array that lives in a manager.
 *
 * Indices may be negative, as in Python and in `Array.prototype.at()`: -1 is the last
 * item. What is got is a copy; to change what is in an item, use
 * {@linkcode ListProxy.modify} or set it again. Items are compared structurally, so
 * that `[1, 2]` is found by `[1, 2]`, as the keys of a {@linkcode DictProxy} are. Proxies among them are not copied but refer to
 * the same object.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const list = manager.list([3, 1, 2]);
 * await list.push(0);
 * await list.sort();
 * assertEquals(await list.toArray(), [0, 1, 2, 3]);
 * ```
 */
export class ListProxy<T = unknown> extends BaseProxy
  implements AsyncIterable<T> {
  static {
    proxyClass("ListProxy", import.meta.url, ListProxy);
  }

  /** How many items there are. */
  get length(): Promise<number> {
    return call(this, "length");
  }

  /** The item at an index; `undefined` if there is none. */
  at(index: number): Promise<T | undefined> {
    return call(this, "at", [index]);
  }

  /**
   * Replaces the item at an index.
   *
   * @throws {RangeError} if there is none
   */
  set(index: number, item: T): Promise<void> {
    return call(this, "set", [index, item]);
  }

  /**
   * Adds items at the end, with nobody's in between.
   *
   * @returns how many there are then
   */
  push(...items: T[]): Promise<number> {
    return call(this, "push", items);
  }

  /**
   * Takes an item out: each goes to one caller only.
   *
   * @param index which one. Default: the last
   * @returns the item; `undefined` if there is none
   */
  pop(index = -1): Promise<T | undefined> {
    return call(this, "pop", [index]);
  }

  /**
   * Puts an item before that at an index: at the end if the index is past the last, at
   * the beginning if it is before the first.
   */
  insert(index: number, item: T): Promise<void> {
    return call(this, "insert", [index, item]);
  }

  /**
   * Takes items out and puts others in their place, as `Array.prototype.splice()`.
   *
   * @param deleteCount how many to take out. If it is left out: all from `start` on
   * @returns those taken out
   */
  splice(start: number, deleteCount = 0, ...items: T[]): Promise<T[]> {
    const isGiven = arguments.length > 1;
    const change = isGiven ? [start, deleteCount, ...items] : [start];
    return call(this, "splice", change);
  }

  /**
   * Adds items at the end, with nobody's in between.
   *
   * @param items what can be iterated over; those of another list of a manager are
   *   `await other.toArray()`
   * @throws {TypeError} if it cannot
   */
  async extend(items: Iterable<T>): Promise<void> {
    if (items instanceof ListProxy) {
      throw new TypeError(
        "Cannot extend list: items is a ListProxy; pass await items.toArray()",
      );
    }
    await call(this, "extend", [itemsOf(items, "extend list")]);
  }

  /**
   * Takes out the first item that is the same.
   *
   * @returns whether there was one
   */
  remove(item: T): Promise<boolean> {
    return call(this, "remove", [item]);
  }

  /** The index of the first item that is the same, from an index on; -1 if there is none. */
  indexOf(item: T, from = 0): Promise<number> {
    return call(this, "indexOf", [item, from]);
  }

  /** Whether there is an item that is the same. */
  includes(item: T): Promise<boolean> {
    return call(this, "includes", [item]);
  }

  /** How many items are the same as this one. */
  count(item: T): Promise<number> {
    return call(this, "count", [item]);
  }

  /** Reverses the order of the items. */
  reverse(): Promise<void> {
    return call(this, "reverse");
  }

  /**
   * Sorts the items: numbers and bigints by size, strings by their code units, dates
   * by time, arrays by their items; or by what a function says, which runs in the
   * manager.
   *
   * @param compare gives a negative number if its first argument comes first
   * @throws {TypeError} if items cannot be compared; the list stays as it was
   */
  sort(compare?: Target<[a: T, b: T], number>): Promise<void> {
    return compare === undefined
      ? call(this, "sort")
      : callWith(this, "sort", [], compare);
  }

  /** A copy of the items from an index up to another, without that. */
  slice(start?: number, end?: number): Promise<T[]> {
    return call(this, "slice", [start, end]);
  }

  /** Takes all items out. */
  clear(): Promise<void> {
    return call(this, "clear");
  }

  /** A copy of the whole, as it is at one moment. */
  toArray(): Promise<T[]> {
    return call(this, "toArray");
  }

  /**
   * Replaces the item at an index by what a function makes of it, with nobody in
   * between. The function runs in the manager, see {@linkcode DictProxy.modify}.
   *
   * @param fn is given a copy of the item, and the arguments
   * @param args more arguments for it
   * @returns the new item
   * @throws {RangeError} if there is no such item
   * @throws {TypeError} if what the function gives cannot be sent; the item stays as it
   *   was
   * @throws what the function throws; the item stays as it was
   */
  modify<A extends unknown[]>(
    index: number,
    fn: Target<[item: T, ...args: A], T | Promise<T>>,
    ...args: A
  ): Promise<T> {
    return callWith(this, "modify", [index], fn, args);
  }

  /** Iterates over the items that there are when it begins. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return iterate(this);
  }
}
