import { knowModule } from "../_internal/codec/mod.ts";

/** Thrown on receiving when nothing is left and the other end is closed or its holders have died. */
export class EndOfStreamError extends Error {
  /** Creates the error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EndOfStreamError";
  }
}

knowModule(import.meta.url, { EndOfStreamError });
