/**
 * Two-way connections between processes and threads, and between programs.
 *
 * What does not say that it needs a permission needs none.
 *
 * @example
 * ```ts
 * import { Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = new Pipe<unknown>();
 * a.sendSync({ hello: "there" });
 * assertEquals(b.recvSync(), { hello: "there" });
 * b.sendSync([1, 2, 3]);
 * assertEquals(a.recvSync(), [1, 2, 3]);
 * ```
 *
 * @module
 */
export * from "./broken_pipe_error.ts";
export * from "./buffer_too_short_error.ts";
export * from "./connect.ts";
export { Connection } from "./connection.ts";
export * from "./end_of_stream_error.ts";
export * from "./listener.ts";
export * from "./pipe.ts";
export * from "./wait.ts";
export { DecodeError } from "../_internal/codec/mod.ts";
export { type Address, AuthenticationError } from "../_internal/sockets/mod.ts";
export type { SocketOptions } from "./_socket_terms.ts";
export type { TryResult, WaitOptions } from "../_internal/parking/mod.ts";
