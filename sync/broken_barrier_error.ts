import { knowModule } from "../_internal/codec/mod.ts";

/**
 * Thrown by a wait at a barrier that is broken, or is while it waits; or that is reset.
 *
 * @example
 * ```ts
 * import { Barrier, BrokenBarrierError } from "@parallel/multiprocessing/sync";
 * import { assertRejects } from "@std/assert";
 *
 * const barrier = new Barrier(2);
 * const waiting = barrier.wait();
 * barrier.abort();
 * await assertRejects(() => waiting, BrokenBarrierError);
 * ```
 */
export class BrokenBarrierError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BrokenBarrierError";
  }
}

knowModule(import.meta.url, { BrokenBarrierError });
