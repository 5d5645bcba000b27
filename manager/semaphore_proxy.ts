import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";
import { acquire, type ProxyGuard, tryAcquire } from "./proxy_guard.ts";

/**
 * A number of permits that lives in a manager.
 *
 * Waiters are served in the order in which they came. When a holder dies, its permits
 * come back within a second, and the next guards say `abandoned`; but never more than
 * the semaphore began with.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const semaphore = manager.semaphore(2);
 * {
 *   await using _guard = await semaphore.acquire();
 *   assertEquals(await semaphore.value, 1);
 * }
 * assertEquals(await semaphore.value, 2);
 * ```
 */
export class SemaphoreProxy extends BaseProxy {
  static {
    proxyClass("SemaphoreProxy", import.meta.url, SemaphoreProxy);
  }

  /** How many permits are free. */
  get value(): Promise<number> {
    return call(this, "value");
  }

  /**
   * Waits until a permit is free, and takes it.
   *
   * @param wait the most milliseconds to wait as `timeout`, and a `signal` to give
   *   up by
   * @returns a guard that gives it back
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if none becomes free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<ProxyGuard> {
    return await acquire(this, wait);
  }

  /**
   * Takes a permit if one is free.
   *
   * @returns a guard that gives it back, or `undefined`
   */
  async tryAcquire(): Promise<ProxyGuard | undefined> {
    return await tryAcquire(this);
  }

  /**
   * Releases permits, whoever has acquired them.
   *
   * @param n how many, from 1. Default: 1
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not a whole number from 1 to 2^29 - 1
   * @throws {Error} if more would be free than may be: 2^29 - 1, or with a
   *   `BoundedSemaphoreProxy` as many as at first. Then nothing is released.
   */
  release(n = 1): Promise<void> {
    return call(this, "release", [n]);
  }
}
