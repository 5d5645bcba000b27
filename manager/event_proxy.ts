import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * Something that has happened or not, in a manager. All who wait for it go on when it
 * is set.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assert } from "@std/assert";
 *
 * await using manager = new Manager();
 * const event = manager.event();
 * const waited = event.wait();
 * await event.set();
 * await waited;
 * assert(await event.isSet());
 * ```
 */
export class EventProxy extends BaseProxy {
  static {
    proxyClass("EventProxy", import.meta.url, EventProxy);
  }

  /** Whether it is set. */
  isSet(): Promise<boolean> {
    return call(this, "isSet");
  }

  /** Sets it, and lets all who wait go on. */
  set(): Promise<void> {
    return call(this, "set");
  }

  /** Clears it: who waits from now on waits until it is set again. */
  clear(): Promise<void> {
    return call(this, "clear");
  }

  /**
   * Waits until it is set.
   *
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it is not set in time
   * @throws the signal's reason if it is aborted
   */
  wait(wait?: WaitOptions): Promise<void> {
    return call(this, "wait", [], wait);
  }
}
