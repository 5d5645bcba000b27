import type { Target } from "../process/mod.ts";
import { call, callWith, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * A value of any kind that lives in a manager.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const value = manager.value(41);
 * assertEquals(await value.modify((n, by: number) => n + by, 1), 42);
 * assertEquals(await value.value, 42);
 * ```
 */
export class ValueProxy<T = unknown> extends BaseProxy {
  static {
    proxyClass("ValueProxy", import.meta.url, ValueProxy);
  }

  /** The value. */
  get value(): Promise<T> {
    return call(this, "get");
  }

  /** The value. */
  get(): Promise<T> {
    return call(this, "get");
  }

  /**
   * Sets the value.
   *
   * @throws {TypeError} if it cannot be sent
   */
  set(value: T): Promise<void> {
    return call(this, "set", [value]);
  }

  /**
   * Sets the value.
   *
   * @returns the one before
   */
  swap(value: T): Promise<T> {
    return call(this, "swap", [value]);
  }

  /**
   * Replaces the value by what a function makes of it, with nobody in between. The
   * function runs in the manager, see {@linkcode DictProxy.modify}.
   *
   * @returns the new value
   * @throws {TypeError} if what the function gives cannot be sent; the value stays as it
   *   was
   * @throws what the function throws; the value stays as it was
   */
  modify<A extends unknown[]>(
    fn: Target<[value: T, ...args: A], T | Promise<T>>,
    ...args: A
  ): Promise<T> {
    return callWith(this, "modify", [], fn, args);
  }
}
