/**
 * Queues between processes and threads.
 *
 * What does not say that it needs a permission needs none.
 *
 * @example
 * ```ts
 * import { Queue } from "@parallel/multiprocessing/queue";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new Queue<number>();
 * for (const item of [1, 2, 3]) await queue.put(item);
 * queue.close();
 * assertEquals(await Array.fromAsync(queue), [1, 2, 3]);
 * ```
 *
 * @module
 */
export * from "./joinable_queue.ts";
export { Queue, type QueueOptions } from "./queue.ts";
export * from "./queue_closed_error.ts";
export * from "./simple_queue.ts";
export * from "./thread_queue.ts";

export type { TryResult, WaitOptions } from "../_internal/parking/mod.ts";
