import { knowModule } from "../_internal/codec/mod.ts";

/**
 * Thrown on receiving when nothing is left and the other end is closed or its holders have died.
 *
 * @example
 * ```ts
 * import { EndOfStreamError, Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const [here, there] = new Pipe<string>();
 * await there.send("the last");
 * there.close();
 * assertEquals(await here.recv(), "the last");
 * await assertRejects(() => here.recv(), EndOfStreamError);
 * ```
 */
export class EndOfStreamError extends Error {
  /** Creates the error. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EndOfStreamError";
  }
}

knowModule(import.meta.url, { EndOfStreamError });
