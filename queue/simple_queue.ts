import { checkNoOptions } from "../_internal/check.ts";
import { CELL_KIND, share } from "../_internal/handles/mod.ts";
import {
  makeWaitable,
  type TryResult,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { takeAll } from "../_internal/take_all.ts";
import { Items } from "./_items.ts";
import { ITEM_METHODS } from "./_relayed.ts";
import { QueueClosedError } from "./queue_closed_error.ts";

/**
 * A first-in, first-out queue that does no more than pass items on: it holds any
 * number of them, so nobody waits to put, and it does not say how many they are.
 *
 * Order, fairness, and what happens when somebody dies are as with `Queue`: items
 * of one producer are got in the order in which they were put, each by one
 * consumer; nothing put is lost when its producer ends; an item that a consumer
 * has taken dies with it.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { SimpleQueue } from "@parallel/multiprocessing/queue";
 * import { assert, assertEquals } from "@std/assert";
 *
 * using queue = new SimpleQueue<string>();
 * await queue.put("hello");
 * assertEquals(await queue.get(), "hello");
 * assert(queue.isEmpty());
 * ```
 */
export class SimpleQueue<T = unknown> implements AsyncIterable<T>, Disposable {
  static {
    makeWaitable(SimpleQueue, (queue) => queue.#items.readiness);
    share(SimpleQueue, {
      name: "SimpleQueue",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf: (queue) => queue.#items.holding,
      shows: (queue) => ({ empty: queue.isEmpty() }),
      create: () => new SimpleQueue(),
      atHub: {
        make: () => new SimpleQueue(),
        methods: ITEM_METHODS,
        stream: (queue: SimpleQueue<unknown>) => queue.#items.stream,
      },
    });
  }

  readonly #items: Items<T>;

  /**
   * Creates an empty queue.
   *
   * @throws {TypeError} if it is given options
   */
  constructor() {
    checkNoOptions(
      arguments,
      "create simple queue",
      "use Queue to limit its size",
    );
    this.#items = new Items(this, new.target, 0);
  }

  /** Whether no item waits at the moment. */
  isEmpty(): boolean {
    return this.#items.isEmpty;
  }

  /**
   * Puts an item. It is there when this returns; the promise lets the event loop
   * turn now and then.
   *
   * @param value the item; what is put is a copy of it
   * @throws {TypeError} if the item cannot be sent
   * @throws {QueueClosedError} if the queue is closed
   */
  put(value: T): Promise<void> {
    return this.#items.put(value);
  }

  /**
   * Puts an item, as {@linkcode putSync} does: there always is room.
   *
   * @param value the item; what is put is a copy of it
   * @returns `true`
   * @throws {TypeError} if the item cannot be sent
   * @throws {QueueClosedError} if the queue is closed
   */
  tryPut(value: T): boolean {
    return this.#items.tryPut(value);
  }

  /** Puts an item. Throws as {@linkcode put} does. */
  putSync(value: T): void {
    this.#items.putSync(value);
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
