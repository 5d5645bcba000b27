import { proxyClass } from "./_proxy_calls.ts";
import { SemaphoreProxy } from "./semaphore_proxy.ts";

/**
 * A number of permits that lives in a manager, of which there are never more than at
 * the beginning: to release too many is an error.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertRejects } from "@std/assert";
 *
 * await using manager = new Manager();
 * const semaphore = manager.boundedSemaphore(2);
 * await assertRejects(
 *   () => semaphore.release(),
 *   Error,
 *   "its value would pass 2",
 * );
 * ```
 */
export class BoundedSemaphoreProxy extends SemaphoreProxy {
  static {
    proxyClass(
      "BoundedSemaphoreProxy",
      import.meta.url,
      BoundedSemaphoreProxy,
    );
  }
}
