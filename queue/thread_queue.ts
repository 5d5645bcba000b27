import { CELL_KIND, share } from "../_internal/handles/mod.ts";
import { keepInThreads } from "./_reach.ts";
import { holdingOf, Queue } from "./queue.ts";

/**
 * A {@linkcode Queue} for the threads of one process. It needs no permission.
 *
 * Handing it to a `Process` is a `TypeError`.
 *
 * @example
 * ```ts
 * import { ThreadQueue } from "@parallel/multiprocessing/queue";
 * import { assertEquals } from "@std/assert";
 *
 * using queue = new ThreadQueue<number>({ maxSize: 1 });
 * assertEquals(queue.tryPut(1), true);
 * assertEquals(queue.tryPut(2), false);
 * assertEquals(queue.getSync(), 1);
 * ```
 */
export class ThreadQueue<T = unknown> extends Queue<T> {
  static {
    keepInThreads(ThreadQueue);
    share(ThreadQueue, {
      name: "ThreadQueue",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf,
      create: () => new ThreadQueue(),
      threadOnly:
        "a ThreadQueue is for the threads of one process; use Queue to reach another process",
    });
  }
}
