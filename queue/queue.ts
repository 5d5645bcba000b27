import { Channel, type Parcel } from "../_internal/channel/mod.ts";
import {
  CELL_KIND,
  fromBytes,
  type Holding,
  holdingFor,
  isArriving,
  LateMessages,
  Outlet,
  share,
  toParcel,
} from "../_internal/handles/mod.ts";
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
import { memoryFor } from "./_reach.ts";
import { QueueClosedError } from "./queue_closed_error.ts";

/** The hold of a queue on its cell, for the classes that extend it. */
export let holdingOf: (queue: Queue<unknown>) => Holding;

/** How to make a queue. */
export interface QueueOptions {
  /** Most items that may wait in the queue, 0 for any number. Default: 0. */
  maxSize?: number;
}

/**
 * A first-in, first-out queue for any number of putting and getting processes
 * and threads.
 *
 * Items of one producer are got in the order in which they were put, and each
 * item by one consumer. Which of many waiting consumers gets an item is not
 * defined, but all get their turn. An item is copied when it is put; it may be
 * larger than any buffer. Nothing put is lost when its producer ends, however
 * it ends; an item that a consumer has taken dies with it.
 *
 * To reach other processes it needs Linux and `--allow-ffi`; among threads it
 * needs no permission.
 *
 * @example
 * ```ts
 * import { Queue } from "@parallel/multiprocessing/queue";
 * import { assertEquals } from "@std/assert";
 *
 * using queue = new Queue<string>();
 * await queue.put("first");
 * await queue.put("second");
 * assertEquals(await queue.get(), "first");
 * assertEquals(queue.size, 1);
 * ```
 */
export class Queue<T> implements AsyncIterable<T>, Disposable {
  static {
    share(Queue, {
      name: "Queue",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf: holdingOf = (queue) => queue.#holding,
      create: () => new Queue(),
    });
  }

  readonly #holding: Holding;
  readonly #channel: Channel;
  readonly #outlet: Outlet;
  readonly #getPatience = new Patience();
  readonly #late = new LateMessages<T>("get from queue", "await get()");

  /**
   * Creates an empty queue.
   *
   * @throws {RangeError} if `maxSize` is not a whole number from 0 to 2^31 - 1
   */
  constructor(options: QueueOptions = {}) {
    const { maxSize = 0 } = options;
    if (!Number.isInteger(maxSize) || maxSize < 0 || maxSize > 0x7fff_ffff) {
      throw new RangeError(
        `Cannot create queue: maxSize is ${maxSize}, not a whole number from 0 to 2147483647`,
      );
    }
    const arriving = isArriving();
    this.#holding = holdingFor(CELL_KIND.QUEUE, () => memoryFor(new.target));
    const { memory, cell } = this.#holding;
    this.#channel = new Channel(parkingOf(memory), cell);
    this.#outlet = new Outlet(this.#channel, this.#refuse, "put into queue");
    if (!arriving) this.#channel.limit(maxSize, 0);
    this.#holding.bind(this);
  }

  /** How many items wait. Others may put and get meanwhile. */
  get size(): number {
    return this.#channel.size;
  }

  /** Most items that may wait, 0 for any number. */
  get maxSize(): number {
    return this.#channel.maxCount;
  }

  /** Whether no item waits at the moment. */
  isEmpty(): boolean {
    return this.#late.isEmpty && !this.#channel.hasMessage();
  }

  /** Whether there is no room at the moment. */
  isFull(): boolean {
    return this.maxSize !== 0 && this.size >= this.maxSize;
  }

  /**
   * Puts an item, as soon as there is room.
   *
   * @throws {TypeError} if the item cannot be sent
   * @throws {QueueClosedError} if the queue is closed, or is while it waits
   * @throws {DOMException} `TimeoutError` if there is no room in time
   */
  async put(value: T, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const parcel = this.#pack(value);
    if (!this.#outlet.offer(parcel)) await this.#outlet.send(parcel, wait);
    if (isBreathless()) await breathe();
  }

  /**
   * Puts an item if there is room.
   *
   * @returns whether there was
   * @throws {TypeError} if the item cannot be sent
   * @throws {QueueClosedError} if the queue is closed
   */
  tryPut(value: T): boolean {
    return this.#outlet.trySend(this.#pack(value));
  }

  /** Puts an item, blocking the thread until there is room. Throws as {@linkcode put} does. */
  putSync(value: T, wait?: WaitOptions): void {
    checkWait(wait);
    this.#outlet.sendSync(this.#pack(value), wait);
  }

  /**
   * Gets the next item, as soon as there is one.
   *
   * @throws {QueueClosedError} if the queue is closed and empty
   * @throws {DOMException} `TimeoutError` if none comes in time
   */
  async get(wait?: WaitOptions): Promise<T> {
    checkWait(wait);
    const late = this.#late.next();
    if (late !== undefined) return late;
    const { parking, getters } = this.#channel;
    let item = parking.isQueued(getters) ? NOT_YET : this.#take();
    if (item === NOT_YET) {
      item = await parking.wait(
        getters,
        this.#take,
        this.#getPatience,
        "get from queue",
        wait,
      );
    }
    if (isBreathless()) await breathe();
    return item;
  }

  /**
   * Gets the next item if there is one.
   *
   * @throws {QueueClosedError} if the queue is closed and empty
   */
  tryGet(): TryResult<T> {
    this.#late.check();
    if (this.#channel.parking.isQueued(this.#channel.getters)) {
      return { ok: false };
    }
    const value = this.#take();
    return value === NOT_YET
      ? { ok: false }
      : { ok: true, value: this.#late.settle(value) };
  }

  /** Gets the next item, blocking the thread until there is one. Throws as {@linkcode get} does. */
  getSync(wait?: WaitOptions): T {
    checkWait(wait);
    const result = this.tryGet();
    if (result.ok) return result.value;
    return this.#late.settle(this.#channel.parking.waitSync(
      this.#channel.getters,
      this.#take,
      this.#getPatience,
      "get from queue",
      wait,
    ));
  }

  /**
   * Closes the queue for everybody. What has been put is still delivered; then
   * {@linkcode get} throws and iteration ends.
   */
  close(): void {
    this.#channel.close();
  }

  /** Closes the queue. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gets items until the queue is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    try {
      for (;;) yield await this.get();
    } catch (error) {
      if (!(error instanceof QueueClosedError)) throw error;
    }
  }

  #pack(value: T): Parcel {
    if (this.#channel.isClosed) this.#refuse();
    return toParcel(value, this.#channel.memory);
  }

  readonly #refuse = (): void => {
    if (this.#channel.isClosed) {
      throw new QueueClosedError("Cannot put into queue: queue is closed");
    }
  };

  readonly #take = (): T | typeof NOT_YET => {
    const channel = this.#channel;
    // In this order, as nothing is put after it is closed.
    const closed = channel.isClosed;
    if (channel.tryTake()) {
      try {
        return fromBytes(channel.taken) as T;
      } finally {
        channel.discardTaken();
      }
    }
    if (closed && !channel.hasMessage()) {
      throw new QueueClosedError("Cannot get from queue: queue is closed");
    }
    return NOT_YET;
  };
}
