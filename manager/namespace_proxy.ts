import type { Target } from "../process/mod.ts";
import { valuesOf } from "./_items.ts";
import { call, callWith, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * Named values that live in a manager.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const space = manager.namespace({ name: "bob", age: 41 });
 * await space.modify("age", (age) => age + 1);
 * assertEquals(await space.toObject(), { name: "bob", age: 42 });
 * ```
 */
export class NamespaceProxy<
  T extends object = Record<string, unknown>,
> extends BaseProxy {
  static {
    proxyClass("NamespaceProxy", import.meta.url, NamespaceProxy);
  }

  /** The value of a name; `undefined` if there is none. */
  get<N extends keyof T & string>(name: N): Promise<T[N]> {
    return call(this, "get", [name]);
  }

  /**
   * Gives a name a value.
   *
   * @throws {TypeError} if the value cannot be sent
   */
  set<N extends keyof T & string>(name: N, value: T[N]): Promise<void> {
    return call(this, "set", [name, value]);
  }

  /** Whether the name has a value. */
  has(name: string): Promise<boolean> {
    return call(this, "has", [name]);
  }

  /**
   * Deletes a name.
   *
   * @returns whether it was there
   */
  delete(name: keyof T & string): Promise<boolean> {
    return call(this, "delete", [name]);
  }

  /** All names. */
  keys(): Promise<(keyof T & string)[]> {
    return call(this, "keys");
  }

  /** Sets many values at once: nobody sees only some of them. */
  async update(values: Partial<T>): Promise<void> {
    await call(this, "update", [valuesOf(values, "update namespace")]);
  }

  /** A copy of the whole, as it is at one moment. */
  toObject(): Promise<T> {
    return call(this, "toObject");
  }

  /**
   * Replaces a value by what a function makes of it, with nobody in between. The
   * function runs in the manager, see {@linkcode DictProxy.modify}.
   *
   * @returns the new value
   * @throws {TypeError} if what the function gives cannot be sent; the value stays as it
   *   was
   * @throws what the function throws; the value stays as it was
   */
  modify<N extends keyof T & string, A extends unknown[]>(
    name: N,
    fn: Target<[value: T[N], ...args: A], T[N] | Promise<T[N]>>,
    ...args: A
  ): Promise<T[N]> {
    return callWith(this, "modify", [name], fn, args);
  }
}
