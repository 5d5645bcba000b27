import type { TryResult, WaitOptions } from "../_internal/parking/mod.ts";
import { takeAll } from "../_internal/take_all.ts";
import { QueueClosedError } from "../queue/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * A first-in, first-out queue that lives in a manager: also for programs on other
 * machines.
 *
 * Items of one producer are got in the order in which they were put, each by one
 * consumer, and those who wait are served in the order in which they came. An item
 * that was given to a consumer dies with it.
 *
 * Within one program, a `Queue` does the same without the way to the manager.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const queue = manager.queue<string>();
 * await queue.put("first");
 * await queue.put("second");
 * assertEquals(await queue.get(), "first");
 * assertEquals(await queue.size, 1);
 * ```
 */
export class QueueProxy<T = unknown> extends BaseProxy
  implements AsyncIterable<T> {
  static {
    proxyClass("QueueProxy", import.meta.url, QueueProxy);
  }

  /** How many items wait. */
  get size(): Promise<number> {
    return call(this, "size");
  }

  /** Most items that may wait, 0 for any number. */
  get maxSize(): Promise<number> {
    return call(this, "maxSize");
  }

  /** Whether no item waits at the moment. */
  isEmpty(): Promise<boolean> {
    return call(this, "isEmpty");
  }

  /** Whether there is no room at the moment. */
  isFull(): Promise<boolean> {
    return call(this, "isFull");
  }

  /**
   * Puts an item, as soon as there is room.
   *
   * @throws {TypeError} if the item cannot be sent, or `wait` is of the wrong kind
   * @throws {QueueClosedError} if the queue is closed, or is while this waits
   * @throws {DOMException} `TimeoutError` if there is no room in time
   */
  put(item: T, wait?: WaitOptions): Promise<void> {
    return call(this, "put", [item], wait);
  }

  /**
   * Puts an item if there is room.
   *
   * @returns whether there was
   * @throws {QueueClosedError} if the queue is closed
   */
  tryPut(item: T): Promise<boolean> {
    return call(this, "tryPut", [item]);
  }

  /**
   * Gets the next item, as soon as there is one.
   *
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {QueueClosedError} if the queue is closed and empty
   * @throws {DOMException} `TimeoutError` if none comes in time
   */
  get(wait?: WaitOptions): Promise<T> {
    return call(this, "get", [], wait);
  }

  /**
   * Gets the next item if there is one.
   *
   * @throws {QueueClosedError} if the queue is closed and empty
   */
  tryGet(): Promise<TryResult<T>> {
    return call(this, "tryGet");
  }

  /**
   * Closes the queue for everybody: nothing can be put any more; what has been put is
   * still delivered, then {@linkcode get} throws and iteration ends.
   */
  close(): Promise<void> {
    return call(this, "close");
  }

  /** Gets items until the queue is closed and empty. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return takeAll(
      () => this.get(),
      (error) => error instanceof QueueClosedError,
    );
  }
}
