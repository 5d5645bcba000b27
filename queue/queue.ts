import { checkLimit, checkOptions } from "../_internal/check.ts";
import { CELL_KIND, type Holding, share } from "../_internal/handles/mod.ts";
import {
  makeWaitable,
  type TryResult,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { takeAll } from "../_internal/take_all.ts";
import { Items } from "./_items.ts";
import { QUEUE_METHODS } from "./_relayed.ts";
import { QueueClosedError } from "./queue_closed_error.ts";

const DOING = "create queue";
const LIKELY = { number: "maxSize" };

/** The items of a queue, for the classes that extend it. */
export let itemsOf: (queue: Queue<unknown>) => Items<unknown>;

/** The hold of a queue on its cell, for the classes that extend it. */
export function holdingOf(queue: Queue<unknown>): Holding {
  return itemsOf(queue).holding;
}

/** How to make a queue. */
export interface QueueOptions {
  /** Most items that may wait in the queue, 0 and `Infinity` for any number. Default: 0. */
  maxSize?: number | undefined;
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
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
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
export class Queue<T = unknown> implements AsyncIterable<T>, Disposable {
  static {
    itemsOf = (queue) => queue.#items;
    makeWaitable(Queue, (queue) => queue.#items.readiness);
    share(Queue, {
      name: "Queue",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf,
      shows: ({ size, maxSize }) => ({ size, maxSize }),
      create: () => new Queue(),
      atHub: {
        make: (maxSize: number) => new Queue({ maxSize }),
        methods: QUEUE_METHODS,
        stream: (queue: Queue<unknown>) => queue.#items.stream,
      },
    });
  }

  readonly #items: Items<T>;

  /**
   * Creates an empty queue.
   *
   * @throws {TypeError} if the options are no object, or `maxSize` is no number
   * @throws {RangeError} if `maxSize` is neither a whole number from 0 to 2^31 - 1 nor `Infinity`
   */
  constructor(options: QueueOptions = {}) {
    checkOptions(options, DOING, LIKELY);
    const { maxSize: given = 0 } = options;
    const maxSize = checkLimit(given, "maxSize", DOING, 0x7fff_ffff);
    this.#items = new Items(this, new.target, maxSize);
    if (maxSize !== 0) this.#items.holding.madeOf([maxSize]);
  }

  /** How many items wait. Others may put and get meanwhile. */
  get size(): number {
    return this.#items.channel.size;
  }

  /** Most items that may wait, 0 for any number. */
  get maxSize(): number {
    return this.#items.channel.maxCount;
  }

  /** Whether no item waits at the moment. */
  isEmpty(): boolean {
    return this.#items.isEmpty;
  }

  /** Whether there is no room at the moment. */
  isFull(): boolean {
    return this.maxSize !== 0 && this.size >= this.maxSize;
  }

  /**
   * Puts an item, as soon as there is room.
   *
   * @param value the item; what is put is a copy of it
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if the item cannot be sent, or `wait` is of the wrong kind
   * @throws {QueueClosedError} if the queue is closed, or is while it waits
   * @throws {DOMException} `TimeoutError` if there is no room in time
   * @throws the signal's reason if it is aborted
   */
  put(value: T, wait?: WaitOptions): Promise<void> {
    return this.#items.put(value, wait);
  }

  /**
   * Puts an item if there is room.
   *
   * @param value the item; what is put is a copy of it
   * @returns whether there was
   * @throws {TypeError} if the item cannot be sent
   * @throws {QueueClosedError} if the queue is closed
   */
  tryPut(value: T): boolean {
    return this.#items.tryPut(value);
  }

  /** Puts an item, blocking the thread until there is room. Throws as {@linkcode put} does. */
  putSync(value: T, wait?: WaitOptions): void {
    this.#items.putSync(value, wait);
  }

  /**
   * Gets the next item, as soon as there is one.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @returns the item
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {QueueClosedError} if the queue is closed and empty
   * @throws {DOMException} `TimeoutError` if none comes in time
   * @throws the signal's reason if it is aborted
   */
  get(wait?: WaitOptions): Promise<T> {
    return this.#items.get(wait);
  }

  /**
   * Gets the next item if there is one.
   *
   * @returns the item as `value`, with `ok: true`; else `ok: false`
   * @throws {QueueClosedError} if the queue is closed and empty
   */
  tryGet(): TryResult<T> {
    return this.#items.tryGet();
  }

  /** Gets the next item, blocking the thread until there is one. Throws as {@linkcode get} does. */
  getSync(wait?: WaitOptions): T {
    return this.#items.getSync(wait);
  }

  /**
   * Closes the queue for everybody. What has been put is still delivered; then
   * {@linkcode get} throws and iteration ends.
   */
  close(): void {
    this.#items.channel.close();
  }

  /** Closes the queue. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gets items until the queue is closed and empty. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return takeAll(
      () => this.get(),
      (error) => error instanceof QueueClosedError,
    );
  }
}
