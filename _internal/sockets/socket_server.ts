import { log, openLog } from "../log.ts";
import { checkWait, waitForPromise, type WaitOptions } from "../parking/mod.ts";
import { type Address, describeAddress } from "./address.ts";
import { notAuthentic } from "./auth_key.ts";
import { FramedSocket } from "./framed_socket.ts";
import { AUTH_MS, challenge, type SocketTerms } from "./handshake.ts";
import {
  type ListenerTls,
  type OpenListener,
  openListener,
} from "./open_listener.ts";

const MAX_HALF_OPEN = 64;
/** Milliseconds to wait when the system has no descriptor for one more peer. */
const EXHAUSTED_MS = 100;

/** How to listen. */
export interface SocketServerOptions extends SocketTerms {
  /** Default: an address of its own. */
  readonly address: Address | undefined;
  /** Most authenticated peers that wait for {@linkcode SocketServer.accept}. */
  readonly backlog: number;
  /** Most peers that are being authenticated at once. Default: 64. */
  readonly maxHalfOpen?: number;
  /** Default: what is sent is not encrypted. */
  readonly tls?: ListenerTls;
  /** Told of each peer that was not let in. */
  readonly onRejected: ((error: Error) => void) | undefined;
}

interface Waiter {
  readonly resolve: (socket: FramedSocket) => void;
  readonly reject: (error: Error) => void;
  /** What it has been given. */
  socket?: FramedSocket;
}

/**
 * Lets peers in that know the key. They are authenticated side by side as they
 * come, so nobody waits for one that is slow; who comes when too many are half-way
 * takes the place of the one that has been there longest.
 */
export class SocketServer {
  readonly address: Address;
  readonly #options: SocketServerOptions;
  readonly #open: OpenListener;
  readonly #halfOpen = new Map<FramedSocket, (why: string) => void>();
  readonly #ready: FramedSocket[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #watchers = new Set<() => void>();
  #hasRoom = Promise.withResolvers<void>();
  #closed = false;

  /**
   * Listens.
   *
   * @throws {Deno.errors.AddrInUse} if something else does so there
   */
  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#open = openListener(options.address, options.tls);
    this.address = this.#open.address;
    openLog();
    log?.info(`listens on ${describeAddress(this.address)}`);
    this.#open.listener.unref();
    this.#serve();
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Waits for a peer that knows the key. */
  async accept(wait?: WaitOptions): Promise<FramedSocket> {
    checkWait(wait);
    const socket = this.tryAccept();
    if (socket !== undefined) return socket;
    const { promise, resolve, reject } = Promise.withResolvers<FramedSocket>();
    const waiter: Waiter = { resolve, reject };
    this.#waiters.push(waiter);
    this.#open.listener.ref();
    try {
      return await waitForPromise(promise, "accept connection", wait);
    } catch (error) {
      this.#forget(waiter);
      throw error;
    }
  }

  /** A peer that knows the key, if one waits. */
  tryAccept(): FramedSocket | undefined {
    if (this.#closed) throw closedError();
    if (this.#waiters.length > 0) return undefined;
    const socket = this.#ready.shift();
    if (socket !== undefined) this.#hasRoom.resolve();
    return socket;
  }

  /** Whether a peer waits to be accepted. */
  get isReady(): boolean {
    if (this.#closed) throw closedError();
    return this.#ready.length > 0;
  }

  /**
   * Calls `look` when a peer may wait to be accepted, or it has been closed, and
   * keeps the program alive.
   *
   * @returns what to call, once, to end that
   */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    if (!this.#closed) this.#open.listener.ref();
    return () => {
      this.#watchers.delete(look);
      this.#restIfDone();
    };
  }

  /**
   * Stops listening, and drops all who have not been accepted.
   *
   * @returns when the address can be used again
   */
  async close(): Promise<void> {
    if (!this.#closed) this.#drop();
    await this.#open.close();
  }

  #drop(): void {
    this.#closed = true;
    this.#open.close();
    this.#hasRoom.resolve();
    for (const drop of [...this.#halfOpen.values()]) drop("listener is closed");
    for (const socket of this.#ready.splice(0)) socket.close();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(closedError());
    for (const look of [...this.#watchers]) look();
  }

  /** A wait is over before, or just as, it was given something. */
  #forget(waiter: Waiter): void {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
    if (waiter.socket !== undefined) this.#offer(waiter.socket);
    this.#restIfDone();
  }

  #restIfDone(): void {
    if (this.#closed) return;
    if (this.#waiters.length === 0 && this.#watchers.size === 0) {
      this.#open.listener.unref();
    }
  }

  /** Gives an authenticated peer to who has waited longest. */
  #offer(socket: FramedSocket): void {
    if (this.#closed) return socket.close();
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#ready.push(socket);
      for (const look of [...this.#watchers]) look();
      return;
    }
    waiter.socket = socket;
    waiter.resolve(socket);
    this.#restIfDone();
  }

  async #serve(): Promise<void> {
    while (!this.#closed) {
      if (this.#ready.length >= this.#options.backlog) {
        this.#hasRoom = Promise.withResolvers();
        await this.#hasRoom.promise;
        continue;
      }
      let conn: Deno.Conn;
      try {
        conn = await this.#open.accept();
      } catch {
        // Too many open files, as a rule: that passes.
        if (!this.#closed) await pause(EXHAUSTED_MS);
        continue;
      }
      this.#receive(conn);
    }
  }

  #receive(conn: Deno.Conn): void {
    let socket: FramedSocket;
    try {
      socket = new FramedSocket(conn, this.#options.maxReceive);
    } catch {
      // It has been reset since.
      return;
    }
    socket.hold(false);
    const name = socket.remote && describeAddress(socket.remote);
    const doing = `accept connection${
      name === undefined ? "" : ` from ${name}`
    }`;
    this.#authenticate(socket, doing);
  }

  async #authenticate(socket: FramedSocket, doing: string): Promise<void> {
    const halfOpen = this.#halfOpen;
    const { maxHalfOpen = MAX_HALF_OPEN } = this.#options;
    if (halfOpen.size === maxHalfOpen) {
      for (const drop of halfOpen.values()) {
        drop(`${maxHalfOpen} others were being authenticated`);
        break;
      }
    }
    const { promise: dropped, reject } = Promise.withResolvers<never>();
    const drop = (why: string) => {
      halfOpen.delete(socket);
      reject(notAuthentic(doing, why));
    };
    halfOpen.set(socket, drop);
    const { authTimeout = AUTH_MS, onRejected } = this.#options;
    const timer = setTimeout(
      () => drop(`the peer was not authenticated within ${authTimeout} ms`),
      authTimeout,
    );
    Deno.unrefTimer(timer);
    try {
      await Promise.race([challenge(socket, this.#options, doing), dropped]);
    } catch (error) {
      socket.close();
      log?.warn(String((error as Error).message));
      if (!this.#closed) tell(onRejected, error as Error);
      return;
    } finally {
      clearTimeout(timer);
      halfOpen.delete(socket);
    }
    log?.debug(doing.replace("accept", "accepted"));
    this.#offer(socket);
  }
}

/** The error of whoever uses a listener that is closed. */
function closedError(): Error {
  return new Error("Cannot accept connection: listener is closed");
}

/** Tells the program, whose mistakes are not to end the serving. */
function tell(
  onRejected: ((error: Error) => void) | undefined,
  error: Error,
): void {
  if (onRejected === undefined) return;
  queueMicrotask(() => onRejected(error));
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  Deno.unrefTimer(setTimeout(resolve, ms));
  await promise;
}
