import { checkOptions } from "../_internal/check.ts";
import { openLog } from "../_internal/log.ts";
import { checkWait, type WaitOptions } from "../_internal/parking/mod.ts";
import {
  type Address,
  checkAddress,
  connectSocket,
} from "../_internal/sockets/mod.ts";
import { connectionOver } from "./_socket_connection.ts";
import { type SocketOptions, termsOf } from "./_socket_terms.ts";
import type { Connection } from "./connection.ts";

/** How to {@linkcode connect}. */
export interface ConnectOptions extends SocketOptions, WaitOptions {}

/**
 * Connects to a {@linkcode Listener} of another program, or of this one.
 *
 * Both sides prove that they know the key. The connection is like one of a pipe, with
 * these differences: objects of ours, as locks and queues, cannot be sent; what the
 * other program sends is checked, and {@linkcode Connection.recv} throws
 * {@linkcode DecodeError} if it is no message; `recvSync` and `sendSync` throw where
 * they would block the thread that made the connection. `await send()` returns when
 * the operating system has the message. With a timeout or a signal it returns by then
 * at the latest, once there is room: the message is then on its way, and is not taken
 * back. If it throws, there was no room, and nothing has been sent.
 *
 * When the other program ends, however it does, its side of the connection does; if
 * its machine vanishes from the network, that takes as long as the system needs to
 * notice. If it sends what is larger than `maxMessage`, or no message of a connection
 * at all, the connection ends, too; {@linkcode EndOfStreamError} has that as its cause.
 *
 * Handed to a process or thread, the connection works there. The messages still pass
 * through the program that has made it, and the connection ends with that.
 *
 * Needs `--allow-net`: for `host:port`, or for `unix:/path`, which needs
 * `--allow-read` and `--allow-write` for the path, too.
 *
 * @param address what the listener says is its address: the path of a Unix socket,
 *   or `{ hostname, port }`
 * @param options the key, and how long to wait in milliseconds as `timeout`: by default
 *   until the system gives up, or for ever where too many wait at a Unix socket, and then
 *   for `authTimeout`, which a listener whose program is busy may need more of
 * @returns the connection, once both sides have let each other in
 * @throws {AuthenticationError} if the listener has another key, is none, closes, or
 *   says nothing for `authTimeout`
 * @throws {DOMException} `TimeoutError` if it does not answer in time
 * @throws the signal's reason if it is aborted
 * @throws {Deno.errors.ConnectionRefused} if nobody listens there
 * @throws {Deno.errors.NotCapable} if a permission is missing
 * @throws {TypeError} if the address, the options, the key or a number is none
 * @throws {RangeError} if the key is empty or a number is out of range
 *
 * @example
 * ```ts
 * import { connect, Listener } from "@parallel/multiprocessing/pipe";
 * import { Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * // Processes of a program know its key.
 * using listener = new Listener<string>({
 *   address: { hostname: "127.0.0.1", port: 0 },
 * });
 * const greeter = new Process({
 *   target: async (pipe: string, address: typeof listener.address) => {
 *     const { connect } = await import(pipe);
 *     using connection = await connect(address);
 *     await connection.send("hello");
 *   },
 *   args: [import.meta.resolve("@parallel/multiprocessing/pipe"), listener.address],
 * });
 * greeter.start();
 * using connection = await listener.accept();
 * assertEquals(await connection.recv(), "hello");
 * await greeter.join();
 * ```
 */
export async function connect<T = unknown>(
  address: Address,
  options: ConnectOptions = {},
): Promise<Connection<T>> {
  checkOptions(options, "connect", { string: "authKey", number: "timeout" });
  checkWait(options);
  const { timeout, signal } = options;
  const checked = checkAddress(address, "connect", 1);
  const terms = termsOf(options, "connect");
  openLog();
  return connectionOver(
    await connectSocket(checked, terms, { timeout, signal }),
  );
}
