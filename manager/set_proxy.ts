import type { Target } from "../process/mod.ts";
import { doing } from "./_client.ts";
import { itemsOf } from "./_items.ts";
import { call, callWith, iterate, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * A `Set` that lives in a manager.
 *
 * Members are the same as the keys of a {@linkcode DictProxy} are: `1`, `"1"` and `1n`
 * are three, and objects are the same if they are structurally so. They are in the order
 * in which they were added.
 *
 * What is got is a copy, and does not change with the set. Proxies among the members are
 * not copied but refer to the same object.
 *
 * Where another set is asked for, it is any iterable, or a `SetProxy` of the same manager,
 * whose members stay there. What comes of both is computed in the manager, at one moment.
 * The sets that it gives are plain ones: to these, objects are the same only if they are
 * one and the same.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const seen = manager.set(["/", "/about"]);
 * // Of all that add the same, one is told that it is new.
 * assertEquals(await seen.add("/news"), true);
 * assertEquals(await seen.add("/news"), false);
 * const wanted = manager.set(["/news", "/contact"]);
 * assertEquals(await wanted.difference(seen), new Set(["/contact"]));
 * ```
 */
export class SetProxy<T = unknown> extends BaseProxy
  implements AsyncIterable<T> {
  static {
    proxyClass("SetProxy", import.meta.url, SetProxy);
  }

  /** How many members there are. */
  get size(): Promise<number> {
    return call(this, "size");
  }

  /**
   * Adds a member.
   *
   * @returns whether it was not there: true for one of those that add the same
   * @throws {TypeError} if it cannot be sent
   */
  add(member: T): Promise<boolean> {
    return call(this, "add", [member]);
  }

  /** Whether there is such a member. */
  has(member: T): Promise<boolean> {
    return call(this, "has", [member]);
  }

  /**
   * Deletes a member.
   *
   * @returns whether it was there
   */
  delete(member: T): Promise<boolean> {
    return call(this, "delete", [member]);
  }

  /** Deletes all members. */
  clear(): Promise<void> {
    return call(this, "clear");
  }

  /** All members, as they are at one moment. */
  values(): Promise<T[]> {
    return call(this, "values");
  }

  /** A copy of the whole, as it is at one moment. */
  toSet(): Promise<Set<T>> {
    return call(this, "toSet");
  }

  /**
   * Takes the first member out: each goes to one caller only.
   *
   * @returns the member; `undefined` if there is none
   */
  pop(): Promise<T | undefined> {
    return call(this, "pop");
  }

  /**
   * Adds many members at once: nobody sees only some of them.
   *
   * @throws {TypeError} if they can neither be iterated over nor are those of another set
   *   of the same manager
   */
  async update<U extends T>(items: Iterable<U> | SetProxy<U>): Promise<void> {
    await call(this, "update", [toSend(items, "update set", "items")]);
  }

  /**
   * The members of both.
   *
   * @throws {TypeError} if the other is neither an iterable nor a set of the same manager
   */
  union<U>(other: Iterable<U> | SetProxy<U>): Promise<Set<T | U>> {
    return callBy(this, "union", other);
  }

  /** The members that the other has, too. Throws as {@linkcode SetProxy.union} does. */
  intersection<U>(other: Iterable<U> | SetProxy<U>): Promise<Set<T & U>> {
    return callBy(this, "intersection", other);
  }

  /** The members that the other has not. Throws as {@linkcode SetProxy.union} does. */
  difference<U>(other: Iterable<U> | SetProxy<U>): Promise<Set<T>> {
    return callBy(this, "difference", other);
  }

  /** The members of one, and not of both. Throws as {@linkcode SetProxy.union} does. */
  symmetricDifference<U>(
    other: Iterable<U> | SetProxy<U>,
  ): Promise<Set<T | U>> {
    return callBy(this, "symmetricDifference", other);
  }

  /** Whether the other has all members. Throws as {@linkcode SetProxy.union} does. */
  isSubsetOf<U>(other: Iterable<U> | SetProxy<U>): Promise<boolean> {
    return callBy(this, "isSubsetOf", other);
  }

  /** Whether it has all of the other. Throws as {@linkcode SetProxy.union} does. */
  isSupersetOf<U>(other: Iterable<U> | SetProxy<U>): Promise<boolean> {
    return callBy(this, "isSupersetOf", other);
  }

  /** Whether it has none of the other. Throws as {@linkcode SetProxy.union} does. */
  isDisjointFrom<U>(other: Iterable<U> | SetProxy<U>): Promise<boolean> {
    return callBy(this, "isDisjointFrom", other);
  }

  /**
   * Replaces all members by those that a function gives, with nobody in between. The
   * function runs in the manager, see {@linkcode DictProxy.modify}.
   *
   * @param fn is given a copy as a plain `Set`, and the arguments, and gives a `Set`
   * @param args more arguments for it
   * @returns the members that there are then
   * @throws {TypeError} if what the function gives is no `Set` or cannot be sent; the
   *   members stay as they were
   * @throws what the function throws; the members stay as they were
   */
  modify<A extends unknown[]>(
    fn: Target<[members: Set<T>, ...args: A], Set<T> | Promise<Set<T>>>,
    ...args: A
  ): Promise<Set<T>> {
    return callWith(this, "modify", [], fn, args);
  }

  /** Iterates over the members that there are when it begins. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return iterate(this);
  }
}

/** Calls a method with another set. */
async function callBy<U, R>(
  proxy: BaseProxy,
  method: string,
  other: Iterable<U> | SetProxy<U>,
): Promise<R> {
  const what = doing("SetProxy", method);
  return await call(proxy, method, [toSend(other, what, "other")]);
}

/** Another set itself, if the manager has it; else its members. */
function toSend<U>(
  other: Iterable<U> | SetProxy<U>,
  doing: string,
  called: string,
): SetProxy<U> | U[] {
  return other instanceof SetProxy ? other : itemsOf(other, doing, called);
}
