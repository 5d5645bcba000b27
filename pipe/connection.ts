import {
  type Arrival,
  Channel,
  type Parcel,
} from "../_internal/channel/mod.ts";
import {
  bytesParcel,
  CELL_KIND,
  fromBytes,
  fromRemoteBytes,
  type Holding,
  holdingFor,
  isArriving,
  LateMessages,
  Outlet,
  share,
  toParcel,
} from "../_internal/handles/mod.ts";
import { isSealed, peerOf, widestMemory } from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  makeWaitable,
  NOT_YET,
  parkingOf,
  type Patience,
  type Readiness,
  type TryResult,
  type WaitOptions,
  waitUntilReady,
} from "../_internal/parking/mod.ts";
import { asBytes, bytesToSend, intoBytes } from "./_byte_messages.ts";
import { CAPACITY, directionOf, READABLE, WRITABLE } from "./_direction.ts";
import { broken, checkUse, ended, RECEIVING, SENDING } from "./_errors.ts";
import { receiveAll } from "./_receive_all.ts";
import { CONNECTION_METHODS } from "./_relayed.ts";
import { patienceFor, type RemoteSide, remoteSideOf } from "./_remote_side.ts";
import { streamAtHub } from "./_stream_at_hub.ts";

/**
 * One end of a {@linkcode Pipe}, or of a socket: see {@linkcode connect}.
 *
 * Messages arrive whole and in the order in which they were sent. An end may be
 * used by several processes; each message reaches one of them. At most 1 MiB is on
 * its way in each direction, then senders wait; one message may be larger.
 *
 * An end counts as open while somebody holds it. Handing an end to a process or thread gives it
 * away: the sender's own handle still works, but keeps the end open only if it is used again.
 * When all who hold an end have closed it or have died, the other end reads what is left and
 * then gets {@linkcode EndOfStreamError}, until a handle that was given away is used again.
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
export class Connection<T = unknown> implements AsyncIterable<T>, Disposable {
  static {
    makeWaitable(Connection, (connection) => connection.#readiness);
    share(Connection, {
      name: "Connection",
      module: import.meta.url,
      kind: CELL_KIND.PIPE_END,
      holdingOf: (connection) => connection.#holding,
      shows: ({ closed }) => ({ closed }),
      create: () => new Connection(),
      sent: (connection) => connection.#give(),
      atHub: {
        make: () => new Connection(),
        methods: CONNECTION_METHODS,
        stream: (connection: Connection<unknown>) =>
          streamAtHub(connection, connection.#holding, connection.#outbox),
      },
    });
  }

  readonly #holding: Holding;
  readonly #peer: number;
  readonly #inbox: Channel;
  readonly #outbox: Channel;
  readonly #outlet: Outlet;
  readonly #direction: number;
  readonly #remote: RemoteSide | undefined;
  readonly #patience: Patience;
  readonly #late = new LateMessages<T>(RECEIVING, "await recv()");
  #closed = false;

  /** Connections are made by {@linkcode Pipe}, {@linkcode Listener} and {@linkcode connect}. */
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
    this.#direction = directionOf(memory, cell);
    this.#remote = remoteSideOf(memory, cell);
    this.#patience = patienceFor(this.#remote);
    const patience = patienceFor(this.#remote);
    this.#outlet = new Outlet(this.#outbox, this.#refuse, SENDING, patience);
    this.#holding.bind(this);
  }

  /** Whether it has been closed here. */
  get closed(): boolean {
    return this.#closed;
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
   * Sends a value. It has left when this returns; if the pipe is full, when the promise resolves.
   *
   * @param value what to send; the other end gets a copy of it
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if the value cannot be sent, or `wait` is of the wrong kind
   * @throws {RangeError} if the other side of a socket does not take so much (its `maxMessage`)
   * @throws {BrokenPipeError} if nobody holds the other end
   * @throws {Error} if it is closed here, or read-only
   * @throws {DOMException} `TimeoutError` if there is no room in time
   * @throws the signal's reason if it is aborted
   */
  async send(value: T, wait?: WaitOptions): Promise<void> {
    this.#checkSend(wait);
    await this.#dispatch(this.#pack(value), wait);
  }

  /** Sends a value, blocking the thread until there is room. Throws as {@linkcode send} does. */
  sendSync(value: T, wait?: WaitOptions): void {
    this.#checkSend(wait);
    const parcel = this.#pack(value);
    if (this.#remote === undefined) this.#outlet.sendSync(parcel, wait);
    else this.#remote.sendSync(this.#outlet, parcel, wait);
  }

  /**
   * Sends a value if there is room. Throws as {@linkcode send} does.
   *
   * @returns whether there was
   */
  trySend(value: T): boolean {
    this.#checkSend();
    const sent = this.#outlet.trySend(this.#pack(value));
    this.#remote?.sent();
    return sent;
  }

  /**
   * Does as {@linkcode send}, with bytes for {@linkcode recvBytes}.
   *
   * @param offset index of the first byte, default 0
   * @param size number of bytes, default all after `offset`
   * @throws {TypeError} if an argument is of the wrong kind
   * @throws {RangeError} if these are not bytes of `bytes`
   */
  async sendBytes(
    bytes: Uint8Array,
    offset = 0,
    size?: number,
    wait?: WaitOptions,
  ): Promise<void> {
    this.#checkSend(wait);
    const parcel = bytesParcel(bytesToSend(bytes, offset, size));
    this.#remote?.check(parcel);
    await this.#dispatch(parcel, wait);
  }

  /**
   * Receives the next message. Bytes sent by {@linkcode sendBytes} arrive as a `Uint8Array`.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @returns the message
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {EndOfStreamError} if nothing is left and nobody holds the other end
   * @throws {Error} if it is closed here, or write-only
   * @throws {DOMException} `TimeoutError` if none comes in time
   * @throws the signal's reason if it is aborted
   */
  async recv(wait?: WaitOptions): Promise<T> {
    checkWait(wait);
    return await (this.#late.next() ?? this.#receive(this.#takeValue, wait));
  }

  /** Receives the next message, blocking the thread until it comes. Throws as {@linkcode recv} does. */
  recvSync(wait?: WaitOptions): T {
    checkWait(wait);
    const result = this.tryRecv();
    if (result.ok) return result.value;
    this.#remote?.checkBlocking("receive from", "recv");
    return this.#late.settle(this.#inbox.parking.waitSync(
      this.#inbox.getters,
      this.#takeValue,
      this.#patience,
      RECEIVING,
      wait,
    ));
  }

  /**
   * Receives the next message if there is one. Throws as {@linkcode recv} does.
   *
   * @returns it as `value`, with `ok: true`; else `ok: false`
   */
  tryRecv(): TryResult<T> {
    this.#late.check();
    const { parking, getters } = this.#inbox;
    const value = parking.isQueued(getters) ? NOT_YET : this.#takeValue();
    if (value === NOT_YET) return { ok: false };
    return { ok: true, value: this.#late.settle(value) };
  }

  /**
   * Does as {@linkcode recv}, for bytes sent by {@linkcode sendBytes}.
   *
   * @param maxLength most bytes to accept, default any number; a `RangeError` if below 0
   * @throws {BufferTooShortError} if there are more; they can still be received
   * @throws {TypeError} if the next message is a value; it can still be received
   */
  async recvBytes(
    maxLength: number = Infinity,
    wait?: WaitOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { use, accept } = asBytes(maxLength);
    return await this.#receive(() => this.#take(use, accept), wait);
  }

  /**
   * Does as {@linkcode recvBytes}, into a buffer: a `BufferTooShortError` if that is too small.
   *
   * @param offset where in `target` to put them, default 0
   * @returns how many they are
   * @throws {TypeError} if an argument is of the wrong kind
   * @throws {RangeError} if `target` has no such offset
   */
  async recvBytesInto(
    target: Uint8Array,
    offset = 0,
    wait?: WaitOptions,
  ): Promise<number> {
    const { use, accept } = intoBytes(target, offset);
    return await this.#receive(() => this.#take(use, accept), wait);
  }

  /**
   * Whether there is something to receive, or the end of the stream.
   *
   * @param wait how long to wait for it; default: not at all
   * @returns `false` if nothing came in time
   * @throws as {@linkcode recv}, but for `TimeoutError` and `EndOfStreamError`
   */
  async poll(wait: WaitOptions = { timeout: 0 }): Promise<boolean> {
    return (await waitUntilReady([this.#readiness], wait)).length !== 0;
  }

  /** Closes this handle. The end closes with the last handle to it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { parking, getters } = this.#inbox;
    // Our own waits end now: the cell may be another's in a moment.
    for (const list of [getters, this.#outbox.putters]) parking.pump(list);
    this.#holding.release();
    this.#remote?.sent();
  }

  /** Closes this handle. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Receives until the end of the stream, or until this handle is closed. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return receiveAll(() => this.recv());
  }

  async #dispatch(parcel: Parcel, wait?: WaitOptions): Promise<void> {
    if (this.#remote !== undefined) {
      await this.#remote.send(this.#outlet, parcel, wait);
    } else if (!this.#outlet.offer(parcel)) {
      await this.#outlet.send(parcel, wait);
    }
    if (isBreathless()) await breathe();
  }

  #pack(value: T): Parcel {
    return this.#remote === undefined
      ? toParcel(value, this.#holding)
      : this.#remote.pack(value);
  }

  async #receive<R>(
    take: () => R | typeof NOT_YET,
    wait?: WaitOptions,
  ): Promise<R> {
    checkWait(wait);
    const { parking, getters } = this.#inbox;
    let result = parking.isQueued(getters) ? NOT_YET : take();
    if (result === NOT_YET) {
      result = await parking.wait(
        getters,
        take,
        this.#patience,
        RECEIVING,
        wait,
      );
    }
    if (isBreathless()) await breathe();
    return result;
  }

  #take<R>(
    use: (bytes: Uint8Array, raw: boolean) => R,
    accept?: (arrival: Arrival) => void,
  ): R | typeof NOT_YET {
    checkUse("receive from", this.#closed, this.readable, "write-only");
    if (!this.#holding.takeBack()) throw ended();
    if (accept !== undefined) this.#late.check();
    const inbox = this.#inbox;
    // In this order, as nothing is sent after the last holder has gone.
    const sealed = isSealed(this.#holding.memory, this.#peer);
    if (inbox.tryTake(accept)) {
      try {
        return use(inbox.taken, inbox.takenRaw);
      } finally {
        inbox.discardTaken();
        this.#remote?.received();
      }
    }
    if (sealed && !inbox.hasMessage()) throw ended(this.#remote?.problem);
    return NOT_YET;
  }

  readonly #takeValue = (): T | typeof NOT_YET =>
    this.#take((bytes, raw) => {
      if (raw) return bytes.slice() as T;
      return (this.#remote === undefined
        ? fromBytes(bytes, this.#inbox.takenCells)
        : fromRemoteBytes(bytes)) as T;
    });

  get #readiness(): Readiness {
    const { parking, getters: list } = this.#inbox;
    const isReady = () => {
      checkUse("receive from", this.#closed, this.readable, "write-only");
      return !this.#late.isEmpty || !this.#holding.takeBack() ||
        this.#inbox.hasMessage() || isSealed(this.#holding.memory, this.#peer);
    };
    // A thread that blocks does not hear of a socket that it serves.
    return this.#remote?.isServedHere
      ? { isReady, watch: (look) => parking.watch([list], look) }
      : { isReady, place: { parking, list } };
  }

  readonly #refuse = (): void => {
    this.#checkSend();
    if (isSealed(this.#holding.memory, this.#peer)) throw broken();
  };

  #checkSend(wait?: WaitOptions): void {
    checkWait(wait);
    checkUse("send to", this.#closed, this.writable, "read-only");
    if (!this.#holding.takeBack()) throw broken();
    this.#remote?.checkOpen();
  }

  /** Stops counting as a holder, unless something here still waits. */
  #give(): void {
    const { parking, getters } = this.#inbox;
    const waits = parking.isAwaited(getters) ||
      parking.isQueued(this.#outbox.putters);
    if (!waits) this.#holding.give();
    this.#remote?.attend();
  }
}
