import { CELL_KIND, share } from "../_internal/handles/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { Tasks } from "./_tasks.ts";
import { holdingOf, itemsOf, Queue, type QueueOptions } from "./queue.ts";

/** The part of a queue that is being made for a handle that arrived. */
let arrived: Tasks | undefined;

/**
 * A {@linkcode Queue} whose consumers mark each item done, so that others can wait
 * until all work is done.
 *
 * An item is unfinished from when it is put until {@linkcode taskDone} is called
 * for it. Consumers that put new items do so before they mark the old one done;
 * then {@linkcode join} does not return in between.
 *
 * When a consumer dies, or just ends, with items that it has got and not marked
 * done, these count as done within a second: they are lost, and nobody waits for
 * them. Items that still wait in the queue stay unfinished until somebody gets
 * them. So that no work is lost, let consumers answer each item through a second
 * queue, and after the join put again what nobody has answered. The same holds
 * for an item that cannot be read where it arrives: its `get` throws, and it
 * counts as done.
 *
 * After {@linkcode Queue.close} nothing can be put; what has been put is still
 * got, marked done, and waited for.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { JoinableQueue } from "@parallel/multiprocessing/queue";
 * import { assertEquals } from "@std/assert";
 *
 * using queue = new JoinableQueue<number>();
 * let sum = 0;
 * const consume = async () => {
 *   for await (const item of queue) {
 *     sum += item;
 *     queue.taskDone();
 *   }
 * };
 * consume();
 * for (const item of [1, 2, 3]) await queue.put(item);
 * await queue.join();
 * assertEquals(sum, 6);
 * ```
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  static {
    share(JoinableQueue, {
      name: "JoinableQueue",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf,
      partsOf: (queue) => [queue.#tasks],
      create: ([tasks]) => {
        if (!(tasks instanceof Tasks)) {
          throw new TypeError(
            "Cannot receive a JoinableQueue: it has no tasks",
          );
        }
        arrived = tasks;
        try {
          return new JoinableQueue();
        } finally {
          arrived = undefined;
        }
      },
      atHub: {
        make(maxSize: number) {
          const queue = new JoinableQueue({ maxSize });
          return [queue, queue.#tasks];
        },
        methods: {
          taskDone: { sync: true },
          join: { wait: 0, quick: "tryJoin" },
          tryJoin: { sync: true },
          joinSync: { as: "join", wait: 0, quick: "tryJoin", sync: true },
        },
      },
    });
  }

  readonly #tasks: Tasks;
  readonly #joinPatience = new Patience();

  /**
   * Creates an empty queue.
   *
   * @throws {TypeError} if the options are no object, or `maxSize` is no number
   * @throws {RangeError} if `maxSize` is neither a whole number from 0 to 2^31 - 1 nor `Infinity`
   */
  constructor(options?: QueueOptions) {
    super(options);
    const items = itemsOf(this);
    this.#tasks = arrived ?? new Tasks(items.holding.memory);
    items.counter = this.#tasks;
    items.holding.madeOf([options?.maxSize ?? 0], [this.#tasks.holding]);
  }

  /**
   * Marks an item done that has been got: one that this thread has got, or, if it
   * has none, one of somebody else's, for whom it has done the work.
   *
   * @throws {Error} if every item that was got, by those who live, is done
   */
  taskDone(): void {
    if (this.#tasks.finish()) return;
    throw new Error(
      "Cannot mark task done: every item that was got is done already",
    );
  }

  /**
   * Waits until no item is unfinished: none waits in the queue, and each that was
   * got is done, or its consumer has died.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if some are unfinished when time is over
   * @throws the signal's reason if it is aborted
   */
  async join(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    if (!this.tryJoin()) {
      await this.#tasks.parking.wait(
        this.#tasks.joiners,
        () => this.tryJoin() || NOT_YET,
        this.#joinPatience,
        "join queue",
        wait,
      );
    }
    if (isBreathless()) await breathe();
  }

  /**
   * Does as {@linkcode join}, blocking the thread.
   *
   * @param wait how long at most, in milliseconds
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if some are unfinished when time is over
   */
  joinSync(wait?: WaitOptions): void {
    checkWait(wait);
    if (this.tryJoin()) return;
    this.#tasks.parking.waitSync(
      this.#tasks.joiners,
      () => this.tryJoin() || NOT_YET,
      this.#joinPatience,
      "join queue",
      wait,
    );
  }

  /** Whether no item is unfinished at the moment, so that {@linkcode join} would not wait. */
  tryJoin(): boolean {
    return this.#tasks.areDone(itemsOf(this).channel);
  }
}
