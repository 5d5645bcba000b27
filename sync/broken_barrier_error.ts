import { knowModule } from "../_internal/codec/mod.ts";

/** Thrown by a wait at a barrier that is broken, or is while it waits; or that is reset. */
export class BrokenBarrierError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BrokenBarrierError";
  }
}

knowModule(import.meta.url, { BrokenBarrierError });
