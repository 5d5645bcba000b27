import { knowModule } from "../_internal/codec/mod.ts";

/**
 * Thrown on receiving bytes into less room than they need. The message can still be received.
 *
 * @example
 * ```ts
 * import { BufferTooShortError, Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const [here, there] = new Pipe<Uint8Array>();
 * await here.sendBytes(new Uint8Array([1, 2, 3]));
 * await assertRejects(() => there.recvBytes(2), BufferTooShortError);
 * assertEquals(await there.recvBytes(3), new Uint8Array([1, 2, 3]));
 * ```
 */
export class BufferTooShortError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BufferTooShortError";
  }
}

knowModule(import.meta.url, { BufferTooShortError });
