import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";
import { acquire, type ProxyGuard, tryAcquire } from "./proxy_guard.ts";

/**
 * A lock that lives in a manager: also for programs on other machines.
 *
 * It belongs to the process or thread that acquires it, and waiters are served in
 * the order in which they came. As in Python, anybody may {@linkcode release} it; a
 * {@linkcode ProxyGuard} releases only its own acquisition. When its holder dies, the
 * next gets it within a second, with a guard that says `abandoned`.
 *
 * Within one program, a `Lock` does the same without the way to the manager.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const lock = manager.lock();
 * {
 *   await using _guard = await lock.acquire();
 *   assertEquals(await lock.tryAcquire(), undefined);
 * }
 * assertEquals(await lock.locked, false);
 * ```
 */
export class LockProxy extends BaseProxy {
  static {
    proxyClass("LockProxy", import.meta.url, LockProxy);
  }

  /** Whether somebody holds the lock. */
  get locked(): Promise<boolean> {
    return call(this, "locked");
  }

  /**
   * Waits until the lock is free, and takes it.
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
   * Takes the lock if it is free.
   *
   * @returns a guard that releases it, or `undefined`
   */
  async tryAcquire(): Promise<ProxyGuard | undefined> {
    return await tryAcquire(this);
  }

  /**
   * Frees the lock, whoever holds it.
   *
   * @throws {Error} if nobody does
   */
  release(): Promise<void> {
    return call(this, "release");
  }
}
