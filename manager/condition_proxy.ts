import { checkKind } from "../_internal/check.ts";
import {
  checkWait,
  isTimeoutError,
  timeoutError,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { doing } from "./_client.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";
import { acquire, type ProxyGuard, tryAcquire } from "./proxy_guard.ts";

const WAIT_FOR = doing("ConditionProxy", "waitFor");

/**
 * Lets those who hold a lock wait for each other, in a manager. The lock is one of
 * its own that its holder can acquire again, or another of the same manager.
 *
 * Those who have waited longest are notified first; a notification that nobody waits
 * for is of no effect. The death of a waiter or of the holder keeps nobody waiting: if
 * one was notified and had not got the lock again, the notification passes to the next
 * who waited at that time.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const condition = manager.condition();
 * const guard = await condition.acquire();
 * const waited = condition.wait();
 * await condition.acquire();
 * await condition.notify();
 * await condition.release();
 * await waited;
 * await guard.release();
 * assertEquals(await condition.locked, false);
 * ```
 */
export class ConditionProxy extends BaseProxy {
  static {
    proxyClass("ConditionProxy", import.meta.url, ConditionProxy);
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
   * Releases one acquisition of the lock.
   *
   * @throws {Error} if it is not held
   */
  release(): Promise<void> {
    return call(this, "release");
  }

  /**
   * Frees the lock, waits to be notified, and takes the lock again; also if time is
   * over before. If a holder has died meanwhile, the next guard of the lock says
   * `abandoned`: guards of this process or thread stay as they were.
   *
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {Error} if this process or thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if no notification comes in time
   * @throws the signal's reason if it is aborted
   */
  wait(wait?: WaitOptions): Promise<void> {
    return call(this, "wait", [], wait);
  }

  /**
   * Waits until a predicate gives something true: looks at once, each time that it is
   * notified, and when time is over.
   *
   * @param predicate runs here, with the lock held
   * @returns what the predicate gave
   * @throws {TypeError} if `predicate` is no function, or `wait` is of the wrong kind
   * @throws {Error} if this process or thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if it does not become true in time
   * @throws what the predicate throws; the lock is held then, too
   */
  async waitFor<T>(
    predicate: () => T | Promise<T>,
    wait: WaitOptions = {},
  ): Promise<T> {
    checkKind(predicate, "function", "predicate", "wait for condition");
    checkWait(wait);
    const { timeout = Infinity, signal } = wait;
    const end = performance.now() + timeout;
    for (let isLate = false;;) {
      const result = await predicate();
      if (result) return result;
      if (isLate) throw timeoutError(WAIT_FOR, timeout);
      try {
        await this.wait({ timeout: end - performance.now(), signal });
      } catch (error) {
        if (!isTimeoutError(error) || signal?.aborted) throw error;
        isLate = true;
      }
    }
  }

  /**
   * Wakes those who have waited longest; they go on once they get the lock.
   *
   * @param n how many at most, a whole number from 0. Default: 1
   * @throws {Error} if this process or thread does not hold the lock
   * @throws {RangeError} if `n` is no such number
   */
  notify(n = 1): Promise<void> {
    return call(this, "notify", [n]);
  }

  /**
   * Wakes all who wait.
   *
   * @throws {Error} if this process or thread does not hold the lock
   */
  notifyAll(): Promise<void> {
    return call(this, "notifyAll");
  }
}
