import {
  type Arrival,
  CHANNEL,
  Channel,
  type Parcel,
} from "../_internal/channel/mod.ts";
import {
  bytesParcel,
  CELL_KIND,
  createHolding,
  createWith,
  fromBytes,
  type Holding,
  holdingFor,
  isArriving,
  share,
  toParcel,
} from "../_internal/handles/mod.ts";
import {
  cellAt,
  isSealed,
  pair,
  peerOf,
  widestMemory,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  parkingOf,
  Patience,
  type TryResult,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { BrokenPipeError } from "./broken_pipe_error.ts";
import { BufferTooShortError } from "./buffer_too_short_error.ts";
import { EndOfStreamError } from "./end_of_stream_error.ts";

/** Bytes on their way in one direction before a sender waits. */
const CAPACITY = 1 << 20;
/** Word of an end's cell that says what the end may do. */
const DIRECTION = CHANNEL.OWNER;
const READABLE = 1;
const WRITABLE = 2;

/** Makes the two ends of a pipe. */
export function createEnds<T>(
  duplex: boolean,
): [Connection<T>, Connection<T>] {
  const memory = widestMemory();
  const ends = [
    createHolding(memory, CELL_KIND.PIPE_END),
    createHolding(memory, CELL_KIND.PIPE_END),
  ];
  const both = READABLE | WRITABLE;
  memory.words[cellAt(ends[0].cell) + DIRECTION] = duplex ? both : READABLE;
  memory.words[cellAt(ends[1].cell) + DIRECTION] = duplex ? both : WRITABLE;
  pair(memory, ends[0].cell, ends[1].cell);
  const [first, second] = ends.map((end) =>
    createWith(end, () => new Connection<T>())
  );
  return [first, second];
}

/**
 * One end of a {@linkcode Pipe}.
 *
 * Messages arrive whole and in the order in which they were sent. An end may be
 * used by several processes; each message reaches one of them. At most 1 MiB is
 * on its way in each direction, then senders wait; a single message may be
 * larger than that.
 *
 * An end counts as open while somebody holds it. Handing an end to a process or
 * thread gives it away: the sender's own handle still works, but no longer keeps
 * the end open unless it is used again. When all who hold an end have closed it
 * or have died, the other end reads what is left and then gets
 * {@linkcode EndOfStreamError}.
 *
 * @example
 * ```ts
 * import { Pipe } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = new Pipe<string>();
 * await a.send("ping");
 * assertEquals(await b.recv(), "ping");
 * a.close();
 * assertEquals(await Array.fromAsync(b), []);
 * ```
 */
export class Connection<T> implements AsyncIterable<T>, Disposable {
  static {
    share(Connection, {
      name: "Connection",
      module: import.meta.url,
      kind: CELL_KIND.PIPE_END,
      holdingOf: (connection) => connection.#holding,
      create: () => new Connection(),
      sent: (holding) => holding.give(),
    });
  }

  readonly #holding: Holding;
  readonly #peer: number;
  readonly #inbox: Channel;
  readonly #outbox: Channel;
  readonly #direction: number;
  readonly #sendPatience = new Patience();
  readonly #recvPatience = new Patience();

  /** Connections are made by {@linkcode Pipe}. */
  constructor() {
    if (!isArriving()) {
      throw new TypeError(
        "Cannot construct Connection: use new Pipe(), which makes two",
      );
    }
    this.#holding = holdingFor(CELL_KIND.PIPE_END, widestMemory);
    const { memory, cell } = this.#holding;
    const parking = parkingOf(memory);
    this.#peer = peerOf(memory, cell);
    this.#inbox = new Channel(parking, cell);
    this.#outbox = new Channel(parking, this.#peer);
    this.#outbox.limit(0, CAPACITY);
    this.#direction = memory.words[cellAt(cell) + DIRECTION];
    this.#holding.bind(this);
  }

  /** Whether it has been closed here. */
  get closed(): boolean {
    return this.#holding.isReleased;
  }

  /** Whether it can receive. */
  get readable(): boolean {
    return (this.#direction & READABLE) !== 0;
  }

  /** Whether it can send. */
  get writable(): boolean {
    return (this.#direction & WRITABLE) !== 0;
  }

  /**
   * Sends a value. It has left when this returns, unless the pipe is full; then
   * when the promise resolves.
   *
   * @throws {TypeError} if the value cannot be sent
   * @throws {BrokenPipeError} if nobody holds the other end
   * @throws {DOMException} `TimeoutError` if there is no room in time
   */
  async send(value: T, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    this.#checkSend();
    await this.#dispatch(toParcel(value, this.#holding.memory), wait);
  }

  /** Sends a value, blocking the thread until there is room. Throws as {@linkcode send} does. */
  sendSync(value: T, wait?: WaitOptions): void {
    checkWait(wait);
    this.#checkSend();
    const parcel = toParcel(value, this.#holding.memory);
    if (this.#offer(parcel)) return;
    try {
      this.#outbox.parking.waitSync(
        this.#outbox.putters,
        () => this.#outbox.tryPut(parcel, this.#refuse) || NOT_YET,
        this.#sendPatience,
        "send to connection",
        wait,
      );
    } catch (error) {
      parcel.abandon();
      throw error;
    }
  }

  /**
   * Sends a value if there is room.
   *
   * @returns whether there was
   * @throws as {@linkcode send} does
   */
  trySend(value: T): boolean {
    this.#checkSend();
    const parcel = toParcel(value, this.#holding.memory);
    if (this.#offer(parcel)) return true;
    parcel.abandon();
    return false;
  }

  /**
   * Sends bytes as they are, to be received by {@linkcode recvBytes}.
   *
   * @param offset index of the first byte, default 0
   * @param size number of bytes, default all after `offset`
   * @throws {RangeError} if these are not bytes of `bytes`
   * @throws as {@linkcode send} does
   */
  async sendBytes(
    bytes: Uint8Array,
    offset = 0,
    size?: number,
    wait?: WaitOptions,
  ): Promise<void> {
    checkWait(wait);
    this.#checkSend();
    checkRange("send", bytes, offset, size ?? 0);
    const end = size === undefined ? undefined : offset + size;
    await this.#dispatch(bytesParcel(bytes.subarray(offset, end)), wait);
  }

  /**
   * Receives the next message. Bytes sent by {@linkcode sendBytes} arrive as a
   * `Uint8Array`.
   *
   * @throws {EndOfStreamError} if nothing is left and nobody holds the other end
   * @throws {DOMException} `TimeoutError` if none comes in time
   */
  async recv(wait?: WaitOptions): Promise<T> {
    const value = await this.#receive(this.#takeValue, wait);
    if (isBreathless()) await breathe();
    return value;
  }

  /** Receives the next message, blocking the thread until it comes. Throws as {@linkcode recv} does. */
  recvSync(wait?: WaitOptions): T {
    checkWait(wait);
    const result = this.tryRecv();
    if (result.ok) return result.value;
    return this.#inbox.parking.waitSync(
      this.#inbox.getters,
      this.#takeValue,
      this.#recvPatience,
      "receive from connection",
      wait,
    );
  }

  /**
   * Receives the next message if there is one.
   *
   * @throws {EndOfStreamError} if nothing is left and nobody holds the other end
   */
  tryRecv(): TryResult<T> {
    if (this.#inbox.parking.isQueued(this.#inbox.getters)) {
      return { ok: false };
    }
    const value = this.#takeValue();
    return value === NOT_YET ? { ok: false } : { ok: true, value };
  }

  /**
   * Receives bytes that were sent by {@linkcode sendBytes}.
   *
   * @param maxLength most bytes to accept
   * @throws {BufferTooShortError} if there are more; they can still be received
   * @throws {TypeError} if the next message is a value; it can still be received
   * @throws as {@linkcode recv} does
   */
  async recvBytes(
    maxLength = Infinity,
    wait?: WaitOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (typeof maxLength !== "number" || !(maxLength >= 0)) {
      throw new RangeError(
        `Cannot receive bytes: maxLength is ${maxLength}, not 0 or more`,
      );
    }
    return await this.#receive(
      () => this.#take((bytes) => bytes.slice(), acceptBytes(maxLength)),
      wait,
    );
  }

  /**
   * Receives bytes that were sent by {@linkcode sendBytes} into a buffer.
   *
   * @param offset where in `target` to put them, default 0
   * @returns how many they are
   * @throws {BufferTooShortError} if they need more room; they can still be received
   * @throws as {@linkcode recvBytes} does
   */
  async recvBytesInto(
    target: Uint8Array,
    offset = 0,
    wait?: WaitOptions,
  ): Promise<number> {
    checkRange("receive", target, offset, 0);
    const write = (bytes: Uint8Array) => {
      target.set(bytes, offset);
      return bytes.byteLength;
    };
    const accept = acceptBytes(target.byteLength - offset);
    return await this.#receive(() => this.#take(write, accept), wait);
  }

  /**
   * Whether there is something to receive, or the end of the stream.
   *
   * @param wait how long to wait for it; default: not at all
   * @returns `false` if nothing came in time
   */
  async poll(wait?: WaitOptions): Promise<boolean> {
    checkWait(wait);
    this.#checkReceive();
    if (this.#isReady()) {
      if (isBreathless()) await breathe();
      return true;
    }
    if (wait === undefined || (wait.timeout ?? Infinity) <= 0) return false;
    try {
      return await this.#inbox.parking.wait(
        this.#inbox.getters,
        () => this.closed || this.#isReady() || NOT_YET,
        this.#recvPatience,
        "poll connection",
        wait,
      );
    } catch (error) {
      if (wait.signal?.aborted || !isTimeout(error)) throw error;
      return false;
    }
  }

  /** Closes this handle. The end closes with the last handle to it. */
  close(): void {
    if (this.closed) return;
    const { parking, getters } = this.#inbox;
    this.#holding.release();
    // Our own waits on it are over.
    parking.wakeAll(getters);
    parking.wakeAll(this.#outbox.putters);
  }

  /** Closes this handle. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Receives until the end of the stream. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    try {
      for (;;) yield await this.recv();
    } catch (error) {
      if (!(error instanceof EndOfStreamError)) throw error;
    }
  }

  async #dispatch(parcel: Parcel, wait?: WaitOptions): Promise<void> {
    if (this.#offer(parcel)) {
      if (isBreathless()) await breathe();
      return;
    }
    const kept = parcel.keep();
    try {
      await this.#outbox.parking.wait(
        this.#outbox.putters,
        () => this.#outbox.tryPut(kept, this.#refuse) || NOT_YET,
        this.#sendPatience,
        "send to connection",
        wait,
      );
    } catch (error) {
      kept.abandon();
      throw error;
    }
  }

  async #receive<R>(
    take: () => R | typeof NOT_YET,
    wait?: WaitOptions,
  ): Promise<R> {
    checkWait(wait);
    const { parking, getters } = this.#inbox;
    if (!parking.isQueued(getters)) {
      const result = take();
      if (result !== NOT_YET) return result;
    }
    return await parking.wait(
      getters,
      take,
      this.#recvPatience,
      "receive from connection",
      wait,
    );
  }

  #offer(parcel: Parcel): boolean {
    return !this.#outbox.parking.isQueued(this.#outbox.putters) &&
      this.#outbox.tryPut(parcel, this.#refuse);
  }

  #take<R>(
    use: (bytes: Uint8Array, raw: boolean) => R,
    accept?: (arrival: Arrival) => void,
  ): R | typeof NOT_YET {
    this.#checkReceive();
    const inbox = this.#inbox;
    // In this order, as nothing is sent after the last holder has gone.
    const ended = isSealed(this.#holding.memory, this.#peer);
    if (inbox.tryTake(accept)) {
      try {
        return use(inbox.taken, inbox.takenRaw);
      } finally {
        inbox.discardTaken();
      }
    }
    if (ended && !inbox.hasMessage()) {
      throw new EndOfStreamError(
        "Cannot receive from connection: the other end is closed",
      );
    }
    return NOT_YET;
  }

  readonly #takeValue = (): T | typeof NOT_YET =>
    this.#take((bytes, raw) => (raw ? bytes.slice() : fromBytes(bytes)) as T);

  #isReady(): boolean {
    return this.#inbox.hasMessage() ||
      isSealed(this.#holding.memory, this.#peer);
  }

  readonly #refuse = (): void => {
    this.#checkSend();
    if (isSealed(this.#holding.memory, this.#peer)) {
      throw new BrokenPipeError(
        "Cannot send to connection: the other end is closed",
      );
    }
  };

  #checkSend(): void {
    this.#checkOpen("send to", this.writable, "read-only");
  }

  #checkReceive(): void {
    this.#checkOpen("receive from", this.readable, "write-only");
  }

  #checkOpen(doing: string, able: boolean, kind: string): void {
    if (this.closed) {
      throw new Error(`Cannot ${doing} connection: connection is closed`);
    }
    if (!able) throw new Error(`Cannot ${doing} connection: it is ${kind}`);
    this.#holding.takeBack();
  }
}

function acceptBytes(maxLength: number): (arrival: Arrival) => void {
  return ({ raw, byteLength }) => {
    if (!raw) {
      throw new TypeError(
        "Cannot receive bytes: the next message is a value; use recv()",
      );
    }
    if (byteLength > maxLength) {
      throw new BufferTooShortError(
        `Cannot receive bytes: the message has ${byteLength}, there is room for ${maxLength}`,
      );
    }
  };
}

function checkRange(
  doing: string,
  bytes: Uint8Array,
  offset: number,
  size: number,
): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot ${doing} bytes: not a Uint8Array`);
  }
  for (const [name, value] of [["offset", offset], ["size", size]] as const) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(
        `Cannot ${doing} bytes: ${name} is ${value}, not a whole number from 0`,
      );
    }
  }
  if (offset + size > bytes.byteLength) {
    throw new RangeError(
      `Cannot ${doing} bytes: offset ${offset} and size ${size} go beyond the ${bytes.byteLength} bytes there are`,
    );
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
