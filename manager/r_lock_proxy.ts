import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";
import { acquire, type ProxyGuard, tryAcquire } from "./proxy_guard.ts";

/**
 * A lock that lives in a manager, and that its holder can acquire again: it is free
 * when it has been released as often.
 *
 * It belongs to a process or thread, not to one of its async tasks. Only its holder
 * may {@linkcode release} it. When that dies, the next gets it within a second, with
 * a guard that says `abandoned`.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const lock = manager.rLock();
 * await lock.acquire();
 * await lock.acquire();
 * await lock.release();
 * assertEquals(await lock.locked, true);
 * await lock.release();
 * assertEquals(await lock.locked, false);
 * ```
 */
export class RLockProxy extends BaseProxy {
  static {
    proxyClass("RLockProxy", import.meta.url, RLockProxy);
  }

  /** Whether somebody holds the lock. */
  get locked(): Promise<boolean> {
    return call(this, "locked");
  }

  /**
   * Waits until nobody else holds the lock, and takes it.
   *
   * @param wait the most milliseconds to wait as `timeout`, and a `signal` to give
   *   up by
   * @returns a guard that releases it
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<ProxyGuard> {
    return await acquire(this, wait);
  }

  /**
   * Takes the lock if nobody else holds it.
   *
   * @returns a guard that releases it, or `undefined`
   */
  async tryAcquire(): Promise<ProxyGuard | undefined> {
    return await tryAcquire(this);
  }

  /**
   * Releases one acquisition.
   *
   * @throws {Error} if this process or thread does not hold the lock
   */
  release(): Promise<void> {
    return call(this, "release");
  }
}
