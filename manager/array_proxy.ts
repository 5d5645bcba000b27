import type { Target } from "../process/mod.ts";
import type { SharedArrays, SharedNumbers } from "../sync/mod.ts";
import { call, callWith, iterate, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * A typed array that lives in a manager. Its length is fixed; indices may be negative:
 * -1 is the last item.
 *
 * Within one program, a `SharedArray` is the memory itself, and far faster.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const array = manager.array("i32", [1, 2, 3]);
 * await array.set(-1, 7);
 * assertEquals(await array.toArray(), new Int32Array([1, 2, 7]));
 * ```
 */
export class ArrayProxy<K extends keyof SharedArrays = "f64"> extends BaseProxy
  implements AsyncIterable<SharedNumbers[K]> {
  static {
    proxyClass("ArrayProxy", import.meta.url, ArrayProxy);
  }

  /** How many items there are. */
  get length(): Promise<number> {
    return call(this, "length");
  }

  /** The item at an index; `undefined` if there is none. */
  at(index: number): Promise<SharedNumbers[K] | undefined> {
    return call(this, "at", [index]);
  }

  /**
   * Replaces the item at an index.
   *
   * @throws {RangeError} if there is none
   * @throws {TypeError} if the value is no number, or no bigint where it must be one
   */
  set(index: number, value: SharedNumbers[K]): Promise<void> {
    return call(this, "set", [index, value]);
  }

  /** Replaces the items from an index up to another, without that. */
  fill(value: SharedNumbers[K], start = 0, end?: number): Promise<void> {
    return call(this, "fill", [value, start, end]);
  }

  /** A copy of the items from an index up to another, without that. */
  slice(start?: number, end?: number): Promise<SharedArrays[K]> {
    return call(this, "slice", [start, end]);
  }

  /** A copy of the whole, as it is at one moment. */
  toArray(): Promise<SharedArrays[K]> {
    return call(this, "toArray");
  }

  /**
   * Replaces the item at an index by what a function makes of it, with nobody in
   * between. The function runs in the manager, see {@linkcode DictProxy.modify}.
   *
   * @returns the new item
   * @throws {RangeError} if there is no such item
   * @throws what the function throws; the item stays as it was
   */
  modify<A extends unknown[]>(
    index: number,
    fn: Target<
      [item: SharedNumbers[K], ...args: A],
      SharedNumbers[K] | Promise<SharedNumbers[K]>
    >,
    ...args: A
  ): Promise<SharedNumbers[K]> {
    return callWith(this, "modify", [index], fn, args);
  }

  /** Iterates over the items that there are when it begins. */
  [Symbol.asyncIterator](): AsyncIterableIterator<SharedNumbers[K]> {
    return iterate(this);
  }
}
