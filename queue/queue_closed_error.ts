import { knowModule } from "../_internal/codec/mod.ts";

/** Thrown on putting into a closed queue, and on getting from one that is empty as well. */
export class QueueClosedError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "QueueClosedError";
  }
}

knowModule(import.meta.url, { QueueClosedError });
