import { knowModule } from "../_internal/codec/mod.ts";

/** Thrown on receiving bytes into less room than they need. The message can still be received. */
export class BufferTooShortError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BufferTooShortError";
  }
}

knowModule(import.meta.url, { BufferTooShortError });
