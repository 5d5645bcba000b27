import { knowModule } from "../codec/mod.ts";

/**
 * Thrown when the other side of a socket has not proved that it knows the key.
 *
 * @example
 * ```ts
 * import {
 *   AuthenticationError,
 *   connect,
 *   Listener,
 * } from "@parallel/multiprocessing/pipe";
 * import { assertRejects } from "@std/assert";
 *
 * using listener = new Listener({ authKey: "between us" });
 * await assertRejects(
 *   () => connect(listener.address, { authKey: "a guess" }),
 *   AuthenticationError,
 * );
 * ```
 */
export class AuthenticationError extends Error {
  /** Creates the error. */
  constructor(message: string) {
    super(message);
    this.name = "AuthenticationError";
  }
}

knowModule(import.meta.url, { AuthenticationError });
