import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { QueueProxy } from "./queue_proxy.ts";

/**
 * A queue that lives in a manager, and that can be waited for until every item that
 * was put is done.
 *
 * When a consumer dies, or ends, with items that it has got and not marked done, these
 * count as done within a second: nobody waits for them.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const queue = manager.joinableQueue<number>();
 * await queue.put(1);
 * const joined = queue.join();
 * assertEquals(await queue.get(), 1);
 * await queue.taskDone();
 * await joined;
 * ```
 */
export class JoinableQueueProxy<T = unknown> extends QueueProxy<T> {
  static {
    proxyClass("JoinableQueueProxy", import.meta.url, JoinableQueueProxy);
  }

  /**
   * Marks an item done that has been got: one that this process or thread has got, or
   * if it has none, one of somebody else's.
   *
   * @throws {Error} if every item that was got is done
   */
  taskDone(): Promise<void> {
    return call(this, "taskDone");
  }

  /**
   * Waits until every item that was put is done.
   *
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if they are not in time
   */
  join(wait?: WaitOptions): Promise<void> {
    return call(this, "join", [], wait);
  }
}
