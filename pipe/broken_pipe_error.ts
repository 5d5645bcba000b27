import { knowModule } from "../_internal/codec/mod.ts";

/** Thrown on sending when the other end is closed or its holders have died. */
export class BrokenPipeError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BrokenPipeError";
  }
}

knowModule(import.meta.url, { BrokenPipeError });
