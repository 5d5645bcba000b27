import { checkOption, checkOptions, checkWhole } from "../_internal/check.ts";
import { refuseToSend, show } from "../_internal/handles/mod.ts";
import {
  makeWaitable,
  type TryResult,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import {
  type Address,
  checkAddress,
  checkNoAddress,
  SocketServer,
} from "../_internal/sockets/mod.ts";
import { connectionOver } from "./_socket_connection.ts";
import { type SocketOptions, termsOf } from "./_socket_terms.ts";
import type { Connection } from "./connection.ts";

/** How to make a {@linkcode Listener}. */
export interface ListenerOptions extends SocketOptions {
  /**
   * Where to listen; a relative path is one of the current working directory. Default:
   * an address of its own on this machine.
   */
  address?: Address | undefined;
  /**
   * Most connections that wait to be accepted. More wait in the system, where the
   * `authTimeout` of {@linkcode connect} runs: on Linux about 500 over TCP, and 1000 at a
   * Unix socket. Yet others have no connection: they wait for one until their `timeout` is
   * over or, over TCP, the system gives up. 1 to 65535. Default: 64.
   */
  backlog?: number | undefined;
  /**
   * Called with an error for each peer that was not let in: an
   * {@linkcode AuthenticationError} as a rule. Default: nobody is told.
   */
  onRejected?: ((error: Error) => void) | undefined;
}

const DOING = "listen";

/**
 * Waits for other programs, or processes of this one, that {@linkcode connect} to
 * it.
 *
 * Both sides prove that they know the key, by HMAC-SHA-256 over random numbers of
 * both, and neither shows it. Peers are checked side by side in the background, 64
 * at once, each for the milliseconds of `authTimeout` at most: one that is silent, slow
 * or sends garbage keeps nobody waiting, and {@linkcode Listener.accept} never hears of
 * it. What is sent afterwards is neither encrypted nor signed: where others can change
 * what passes through the network, use a tunnel.
 *
 * An address is the path of a Unix socket, or `{ hostname, port }`; port 0 stands for
 * any free one. To listen twice at an address is an error. A listener without an address
 * has a name of its own on Linux, which leaves no file; on macOS a socket in a folder that
 * only this user may enter; on Windows a port of this machine.
 *
 * The file of a socket is removed when the listener is closed, when its thread or its
 * process ends by itself, also by an error, and, if the main thread of a main program
 * listens, on the Ctrl-C by which that ends the processes it shares memory with. It is left
 * behind by any other signal, and by `Deno.exit()` in the main thread while another thread
 * listens. The next listener there replaces it after it has found that nobody answers,
 * which needs `--allow-read` and `--allow-write` for the folder.
 *
 * Needs `--allow-net`: for `host:port`, or for `unix:/path`, which needs
 * `--allow-read` and `--allow-write` for the path, too. A listener does not keep the
 * program alive, except while somebody waits for it.
 *
 * @example
 * ```ts
 * import { connect, Listener } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = new Listener({ authKey: "between us" });
 * const accepted = listener.accept();
 * using client = await connect<number[]>(listener.address, {
 *   authKey: "between us",
 * });
 * using server = await accepted;
 * await client.send([1, 2, 3]);
 * assertEquals(await server.recv(), [1, 2, 3]);
 * ```
 */
export class Listener<T = unknown>
  implements AsyncIterable<Connection<T>>, AsyncDisposable, Disposable {
  static {
    refuseToSend(Listener, "a Listener", "send its address");
    show(Listener, ({ address, closed }) => ({ address, closed }));
    makeWaitable(Listener, (listener) => ({
      isReady: () => listener.#server.isReady,
      watch: (look) => listener.#server.watch(look),
    }));
  }

  readonly #server: SocketServer;
  #lastAccepted: Address | undefined;

  /**
   * Begins to listen.
   *
   * @throws {Deno.errors.AddrInUse} if something is at the address already
   * @throws {Deno.errors.NotCapable} if a permission is missing
   * @throws {TypeError} if the options, the address, the key or a number is none
   * @throws {RangeError} if the key is empty or a number is out of range
   */
  constructor(options: ListenerOptions = {}) {
    checkOptions(options, DOING, { string: "address" });
    checkNoAddress(options, DOING);
    const { address, backlog = 64, onRejected } = options;
    checkOption(onRejected, "function", "onRejected", DOING);
    checkWhole(backlog, "backlog", DOING, 1, 65_535);
    this.#server = new SocketServer({
      ...termsOf(options, DOING),
      address: address === undefined
        ? undefined
        : checkAddress(address, DOING, 0),
      backlog,
      onRejected,
    });
  }

  /** Where it listens, for {@linkcode connect}. A path is absolute. */
  get address(): Address {
    return this.#server.address;
  }

  /** Where the last accepted peer is, if it has an address: over TCP it has. */
  get lastAccepted(): Address | undefined {
    return this.#lastAccepted;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#server.closed;
  }

  /**
   * Waits for the next peer that knows the key. Those who wait are served in order.
   *
   * @param wait the most milliseconds to wait as `timeout`, and a `signal` to give
   *   up by
   * @returns a connection, whose other end the peer has
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {Error} if the listener is closed, also while this waits
   * @throws {DOMException} `TimeoutError` if nobody comes in time
   * @throws the signal's reason if it is aborted
   */
  async accept(wait?: WaitOptions): Promise<Connection<T>> {
    return this.#connection(await this.#server.accept(wait));
  }

  /**
   * Accepts a peer if one that knows the key is there already.
   *
   * @returns a connection as `value`, with `ok: true`; else `ok: false`
   * @throws {Error} if the listener is closed
   */
  tryAccept(): TryResult<Connection<T>> {
    const socket = this.#server.tryAccept();
    return socket === undefined
      ? { ok: false }
      : { ok: true, value: this.#connection(socket) };
  }

  /**
   * Stops listening, and drops all who have not been accepted. Accepted connections
   * stay. The system lets go of the address a moment later: to listen there again at
   * once is still `AddrInUse`. Whoever wants to, waits for it, as `await using` does.
   */
  close(): void {
    this.#server.close();
  }

  /** Stops listening, as {@linkcode close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Stops listening, as {@linkcode close} does.
   *
   * @returns when the address can be listened at again
   *
   * @example
   * ```ts
   * import { Listener } from "@parallel/multiprocessing/pipe";
   * import { assertEquals } from "@std/assert";
   *
   * let address;
   * {
   *   await using first = new Listener({
   *     address: { hostname: "127.0.0.1", port: 0 },
   *   });
   *   address = first.address;
   * }
   * using second = new Listener({ address });
   * assertEquals(second.address, address);
   * ```
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }

  /** Accepts until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<Connection<T>> {
    while (!this.closed) {
      let connection;
      try {
        connection = await this.accept();
      } catch (error) {
        if (this.closed) return;
        throw error;
      }
      yield connection;
    }
  }

  #connection(
    socket: Awaited<ReturnType<SocketServer["accept"]>>,
  ): Connection<T> {
    this.#lastAccepted = socket.remote;
    return connectionOver(socket);
  }
}
