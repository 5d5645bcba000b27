import type { Parcel } from "../_internal/channel/mod.ts";
import { type Outlet, toRemoteParcel } from "../_internal/handles/mod.ts";
import { cellAt, type Memory } from "../_internal/memory/mod.ts";
import { Patience, type WaitOptions } from "../_internal/parking/mod.ts";
import { bridgeAt, type LocalBridge } from "./_bridges.ts";
import {
  directionOf,
  LIMIT,
  PROBLEM,
  PROBLEM_AT,
  REMOTE,
} from "./_direction.ts";
import { broken } from "./_errors.ts";

/** What is different about a connection whose other side is another program. */
export class RemoteSide {
  readonly #memory: Memory;
  readonly #limitAt: number;
  readonly #problemAt: number;
  /** What carries the messages to the socket, if that is in this isolate. */
  readonly #bridge: LocalBridge | undefined;

  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    this.#limitAt = cellAt(cell) + LIMIT;
    this.#problemAt = cellAt(cell) + PROBLEM_AT;
    this.#bridge = bridgeAt(memory, cell);
  }

  /** Turns a value into a message. */
  pack(value: unknown): Parcel {
    return this.check(toRemoteParcel(value));
  }

  /** Checks that the other side takes so large a message. */
  check(parcel: Parcel): Parcel {
    const limit = this.#limit;
    if (parcel.byteLength <= limit) return parcel;
    throw new RangeError(
      `Cannot send to connection: the message has ${parcel.byteLength} bytes, the other side takes ${limit} at most`,
    );
  }

  /** Throws if the other side takes nothing any more. */
  checkOpen(): void {
    if (this.#limit === 0) throw broken();
  }

  /** Throws if the socket is served by this thread, so that it must not block. */
  checkBlocking(doing: string, instead: string): void {
    if (this.#bridge === undefined) return;
    throw new Error(
      `Cannot ${doing} connection: it would block the thread that serves its socket; use await ${instead}()`,
    );
  }

  /** Sends a message at once, or blocks if that does not block the socket, too. */
  sendSync(outlet: Outlet, parcel: Parcel, wait?: WaitOptions): void {
    if (this.#bridge === undefined) outlet.sendSync(parcel, wait);
    else if (outlet.trySend(parcel)) this.#bridge.sent();
    else this.checkBlocking("send to", "send");
  }

  /**
   * Sends a message, and waits until the operating system has it, or the wait is over.
   *
   * @throws {DOMException} `TimeoutError` if there is no room in time: only then is
   *   nothing sent. What is in the pipe is on its way and cannot be taken back, so
   *   that to throw would be a lie.
   */
  async send(
    outlet: Outlet,
    parcel: Parcel,
    wait?: WaitOptions,
  ): Promise<void> {
    const start = performance.now();
    if (!outlet.offer(parcel)) await outlet.send(parcel, wait);
    if (this.#bridge === undefined) return;
    const { timeout = Infinity, signal } = wait ?? {};
    const left = timeout - (performance.now() - start);
    await this.#bridge.flush({ timeout: left, signal });
  }

  /** Whether the socket is served by this thread. */
  get isServedHere(): boolean {
    return this.#bridge !== undefined;
  }

  /** Something may have been sent, or the end been closed. */
  sent(): void {
    this.#bridge?.sent();
  }

  /** Something has been received. */
  received(): void {
    this.#bridge?.received();
  }

  /** From now on, others than this isolate use the connection. */
  attend(): void {
    this.#bridge?.attend();
  }

  /** Why it has ended, if the other side has broken the rules. */
  get problem(): Error | undefined {
    switch (Atomics.load(this.#memory.words, this.#problemAt)) {
      case PROBLEM.NO_FRAME:
        return new Error("what has come is no frame of a connection");
      case PROBLEM.TOO_LARGE:
        return new Error("a message has more bytes than maxMessage allows");
      default:
        return undefined;
    }
  }

  /** Most bytes of a message that the other side takes. */
  get #limit(): number {
    return Atomics.load(this.#memory.words, this.#limitAt) >>> 0;
  }
}

/** What is different about an end, if a socket stands behind it. */
export function remoteSideOf(
  memory: Memory,
  cell: number,
): RemoteSide | undefined {
  const isRemote = (directionOf(memory, cell) & REMOTE) !== 0;
  return isRemote ? new RemoteSide(memory, cell) : undefined;
}

/** How long to wait for such an end, or for one of a pipe, before parking. */
export function patienceFor(remote: RemoteSide | undefined): Patience {
  return remote?.isServedHere ? Patience.forEventLoop() : new Patience();
}
