import { knowModule } from "../_internal/codec/mod.ts";

/**
 * Thrown on putting into a closed queue, and on getting from one that is empty as well.
 *
 * @example
 * ```ts
 * import { Queue, QueueClosedError } from "@parallel/multiprocessing/queue";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const queue = new Queue<string>();
 * await queue.put("the last");
 * queue.close();
 * assertEquals(await queue.get(), "the last");
 * await assertRejects(() => queue.get(), QueueClosedError);
 * ```
 */
export class QueueClosedError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "QueueClosedError";
  }
}

knowModule(import.meta.url, { QueueClosedError });
