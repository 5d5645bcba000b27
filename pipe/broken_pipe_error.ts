import { knowModule } from "../_internal/codec/mod.ts";

/**
 * Thrown on sending when the other end is closed or its holders have died.
 *
 * @example
 * ```ts
 * import { BrokenPipeError, Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertRejects } from "@std/assert";
 *
 * const [here, there] = new Pipe<string>();
 * there.close();
 * await assertRejects(() => here.send("hello"), BrokenPipeError);
 * ```
 */
export class BrokenPipeError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "BrokenPipeError";
  }
}

knowModule(import.meta.url, { BrokenPipeError });
