import { checkNoOptions } from "../_internal/check.ts";
import type { ArgsAndOptions, Target } from "../pool/mod.ts";
import { itemsOf } from "./_items.ts";
import { checkTask } from "./_options.ts";
import { call, callWith, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/** How a pool of a manager does a task. */
export interface PoolProxyOptions {
  /**
   * Milliseconds that it may run, from 0, counted from when its worker begins it, once
   * its module is loaded; 0 and `Infinity` for any time. After that it is stopped.
   * Default: 0.
   */
  timeout?: number | undefined;
  /** How often it is begun again if its worker dies, a whole number from 0. Default: 0. */
  retries?: number | undefined;
  /** Tasks of higher priority go first. A whole number. Default: 0. */
  priority?: number | undefined;
  /**
   * Items to a task, a whole number from 1, for many. Default: such that each worker gets
   * four tasks; one, where there is a `timeout`.
   */
  chunkSize?: number | undefined;
}

/**
 * A pool of processes that a manager has, for whoever has this: workers run near the
 * manager, not near who asks.
 *
 * Functions are found as those of a `Pool` are. When nobody refers to the pool any
 * more, or the manager ends, its workers do.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const pool = manager.pool(2);
 * assertEquals(await pool.map((n: number) => n * n, [1, 2, 3]), [1, 4, 9]);
 * ```
 */
export class PoolProxy extends BaseProxy {
  static {
    proxyClass("PoolProxy", import.meta.url, PoolProxy);
  }

  /**
   * Calls a function in one of the workers.
   *
   * @param rest its arguments, an array, and options
   * @returns its result
   * @throws {TypeError} if the function or an argument cannot be sent, or an option is
   *   of the wrong kind
   * @throws {WorkerDiedError} if the worker dies
   * @throws {DOMException} `TimeoutError` if it runs longer than its `timeout`
   * @throws {Error} if the pool is closed
   * @throws what the function throws
   */
  async apply<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    ...rest: ArgsAndOptions<A, PoolProxyOptions>
  ): Promise<Awaited<R>> {
    const [args = [], options] = rest;
    checkTask(options, "apply");
    return await callWith(this, "apply", [], fn, [args, options]);
  }

  /**
   * Calls a function for each of many items.
   *
   * @returns the results, in the order of the items
   * @throws {Error} if the pool is closed
   * @throws the first error that a task fails with, see {@linkcode PoolProxy.apply}
   */
  async map<T, R>(
    fn: Target<[T], R>,
    items: Iterable<T>,
    options?: PoolProxyOptions,
  ): Promise<Awaited<R>[]> {
    checkTask(options, "map");
    return await callWith(this, "map", [], fn, [
      itemsOf(items, "map"),
      options,
    ]);
  }

  /**
   * Calls a function with each of many arrays of arguments.
   *
   * @returns the results, in the order of the arrays
   * @throws {Error} if the pool is closed
   * @throws the first error that a task fails with, see {@linkcode PoolProxy.apply}
   */
  async starmap<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    items: Iterable<Readonly<A>>,
    options?: PoolProxyOptions,
  ): Promise<Awaited<R>[]> {
    checkTask(options, "starmap");
    const all = itemsOf(items, "starmap");
    return await callWith(this, "starmap", [], fn, [all, options]);
  }

  /** Takes no more tasks, and lets the workers end when all are done. */
  close(): Promise<void> {
    return call(this, "close");
  }

  /** Ends the workers at once; tasks that are not done fail. */
  terminate(): Promise<void> {
    return call(this, "terminate");
  }

  /**
   * Waits until the workers have ended.
   *
   * @throws {TypeError} if it is given options
   * @throws {Error} if the pool is neither closed nor terminated
   */
  async join(): Promise<void> {
    checkNoOptions(
      arguments,
      "join pool",
      "terminate() ends its tasks at once",
    );
    await call(this, "join");
  }
}
