import { show } from "../_internal/handles/mod.ts";
import {
  checkWait,
  waitForPromise,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import type { Target } from "../process/mod.ts";
import { Awaiting } from "./_awaiting.ts";
import { treatmentOf } from "./_check_options.ts";
import { Executor } from "./_executor.ts";
import { holdFor } from "./_hold.ts";
import { mapOver } from "./_map.ts";
import { TO } from "./_messages.ts";
import { statsOf } from "./_stats.ts";
import { stream } from "./_stream.ts";
import {
  forgivingTermination,
  rejectWith,
  terminated,
} from "./_termination.ts";
import { type AsyncResult, createResult } from "./async_result.ts";
import type { PoolStats } from "./pool_stats.ts";
import type {
  ApplyOptions,
  MapOptions,
  StreamOptions,
} from "./task_options.ts";

/** What is mapped over. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** What follows a function: its arguments, left out only if it needs none, and options. */
export type ArgsAndOptions<A extends unknown[], O> = [] extends A
  ? [args?: Readonly<A> | undefined, options?: O | undefined]
  : [args: Readonly<A>, options?: O | undefined];

/**
 * What a {@linkcode Pool} of processes and a {@linkcode ThreadPool} have in common:
 * workers that call functions for you.
 *
 * A function is told to workers as a `Target` is: an exported function passed as itself, an
 * inline one that uses only its parameters and globals, one of the runtime, as `Math.sqrt`, or
 * one named by `fromModule`. Arguments are copied when they are submitted, as messages are. Of
 * an array or a typed array of items, those that it has at the call are taken; each item is
 * copied when it is sent, so it is to stay as it is until its result is there. A worker does
 * one task after the other; an async function is awaited.
 *
 * Tasks begin in the order in which they were submitted, those of higher priority first. An
 * error of a task is thrown to whoever waits for it, as itself.
 *
 * A worker that dies, however it does, fails only the task that it was running, by a
 * `WorkerDiedError`, or has it begun again if `retries` says so; another takes its place. What
 * it had not begun goes to others. If the system refuses to start one, as with too many open
 * files, it is tried again, first after half a second; only if no worker is left, and none can
 * be started for five seconds, does the pool fail.
 *
 * @example
 * ```ts
 * import { TaskPool, ThreadPool } from "@parallel/multiprocessing/pool";
 * import { assert } from "@std/assert";
 *
 * await using pool = new ThreadPool(2);
 * assert(pool instanceof TaskPool);
 * ```
 */
export abstract class TaskPool implements AsyncDisposable {
  static {
    show(TaskPool, (pool) => {
      const { workers, queued, running, done, failed } = pool.stats();
      return { workers: workers.length, queued, running, done, failed };
    });
  }

  readonly #executor: Executor;

  /** Made by its subclasses only. */
  protected constructor(executor: unknown) {
    // Its type is private, so the signature, which is public, must not name it.
    if (!(executor instanceof Executor)) {
      throw new TypeError(
        "Cannot construct TaskPool: use new Pool() or new ThreadPool()",
      );
    }
    this.#executor = executor;
  }

  /**
   * Calls a function in a worker.
   *
   * @param rest its arguments, an array, and options; arguments are copied now, or, if
   *   as many tasks wait as `maxPending` says, when there is room
   * @returns its result
   * @throws what it throws, or the signal's reason if it is aborted
   * @throws {TypeError} if the function, an argument or the result cannot be sent, or
   *   an option is of the wrong kind
   * @throws {RangeError} if a number is out of range
   * @throws {DOMException} `TimeoutError` after its `timeout`, `AbortError` after `terminate()`
   * @throws {WorkerDiedError} if its worker dies
   * @throws {Error} if the pool is closed
   */
  apply<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    ...rest: ArgsAndOptions<A, ApplyOptions<Awaited<R>>>
  ): Promise<Awaited<R>>;
  apply<R>(
    fn: unknown,
    args: readonly unknown[] = [],
    options?: ApplyOptions<Awaited<R>>,
  ): Promise<Awaited<R>> {
    const executor = this.#executor;
    const given = Promise.withResolvers<Awaited<R>>();
    const { defaults, scheduler: { intake } } = executor;
    try {
      const settle = new Awaiting(intake, given);
      const submission = {
        kind: TO.CALL,
        target: fn,
        args,
        treatment: treatmentOf(options, defaults, "apply"),
        settle,
        doing: "apply",
      };
      if (executor.room.isFull) {
        executor.submitLater(submission).then(
          () => settle.begin(),
          (error) => rejectWith(given, error),
        );
      } else {
        executor.submit(submission);
        settle.begin();
      }
    } catch (error) {
      given.reject(error);
    }
    if (options !== undefined) tell(given.promise, options);
    return given.promise;
  }

  /**
   * Submits a call, and returns at once.
   *
   * @returns its result, to be awaited; it fails as that of {@linkcode TaskPool.apply} does
   * @throws {TypeError} if an option is of the wrong kind, or function or arguments cannot be sent
   * @throws {RangeError} if a number is out of range
   * @throws {Error} if the pool is closed, or as many tasks wait as `maxPending` says
   * @throws the signal's reason if it is aborted already
   */
  applyAsync<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    ...rest: ArgsAndOptions<A, ApplyOptions<Awaited<R>>>
  ): AsyncResult<Awaited<R>>;
  applyAsync<R>(
    fn: unknown,
    args: readonly unknown[] = [],
    options?: ApplyOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>> {
    const executor = this.#executor;
    const treatment = treatmentOf(options, executor.defaults, "apply");
    this.#checkRoom("apply");
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<R>>();
    const hold = executor.newHold();
    const task = executor.submit({
      kind: TO.CALL,
      target: fn,
      args,
      treatment,
      settle: {
        resolve(value) {
          hold.settle();
          resolve(value as Awaited<R>);
        },
        reject(error) {
          hold.settle();
          reject(error);
        },
      },
      doing: "apply",
    });
    if (options !== undefined) tell(promise, options);
    return createResult(promise, {
      hold: () => hold.take(),
      cancel: () => executor.scheduler.cancel(task, cancelled()),
    });
  }

  /**
   * Calls a function for each item, some at a time in each worker.
   *
   * @returns the results, in the order of the items
   * @throws the first error in that order, once all others have been called; of the
   *   items of its chunk, those after it are not
   * @throws as {@linkcode TaskPool.apply}, whose task here is a chunk
   */
  map<T, R>(
    fn: Target<[T], R>,
    items: Items<T>,
    options?: MapOptions<Awaited<R>>,
  ): Promise<Awaited<R>[]> {
    return this.#mapAwaited(TO.MAP, "map", fn, items, options);
  }

  /**
   * Does as {@linkcode TaskPool.map}, and returns at once.
   *
   * @returns the results, to be awaited; what is wrong with an item comes by them, too
   * @throws as {@linkcode TaskPool.applyAsync}, but it waits for room
   */
  mapAsync<T, R>(
    fn: Target<[T], R>,
    items: Items<T>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#map(TO.MAP, "map", fn, items, options);
  }

  /**
   * Does as {@linkcode TaskPool.map}, with an array of arguments for each call.
   *
   * @throws {TypeError} if an item is no array; nothing is called then
   */
  starmap<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    items: Items<Readonly<A>>,
    options?: MapOptions<Awaited<R>>,
  ): Promise<Awaited<R>[]> {
    return this.#mapAwaited(TO.STAR_MAP, "starmap", fn, items, options);
  }

  /** Does as {@linkcode TaskPool.starmap}, and returns at once, as {@linkcode TaskPool.mapAsync}. */
  starmapAsync<A extends unknown[] | [], R>(
    fn: Target<A, R>,
    items: Items<Readonly<A>>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#map(TO.STAR_MAP, "starmap", fn, items, options);
  }

  /**
   * Calls a function for each item as they are asked for: no more items are taken
   * than workers need to be kept busy, however many there are.
   *
   * @returns the results, in the order of the items. An item that fails throws its error, as
   *   {@linkcode TaskPool.apply} does; whoever asks again gets the next. A loop that is left,
   *   `return()` or `await using` gives up what is left
   * @throws as {@linkcode TaskPool.applyAsync}, but it waits for room; a callback is a `TypeError`
   */
  imap<T, R>(
    fn: Target<[T], R>,
    items: Items<T>,
    options?: StreamOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    return stream(this.#executor, fn, items, "imap", options);
  }

  /** Does as {@linkcode TaskPool.imap}, with the results in the order in which they come. */
  imapUnordered<T, R>(
    fn: Target<[T], R>,
    items: Items<T>,
    options?: StreamOptions,
  ): AsyncIterableIterator<Awaited<R>> & AsyncDisposable {
    return stream(this.#executor, fn, items, "imapUnordered", options);
  }

  /** Takes no more tasks. Workers end once they have done all there are. */
  close(): void {
    this.#executor.scheduler.close();
  }

  /**
   * Ends all workers at once. Whoever waits for a task gets an `AbortError`, which is
   * no unhandled rejection if nobody does.
   */
  terminate(): void {
    this.#executor.scheduler.terminate(terminated());
  }

  /**
   * Waits until all workers have ended. What `imap` has under way is computed to its
   * end, also if nobody asks for it; its results stay for who asks later.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait; the workers go on
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {Error} if the pool is neither closed nor terminated
   * @throws {DOMException} `TimeoutError` if they have not ended in time
   * @throws the signal's reason if it is aborted
   */
  async join(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const { scheduler } = this.#executor;
    if (!scheduler.isClosed) {
      throw new Error(
        "Cannot join pool: it is still running; close() or terminate() it first",
      );
    }
    for (const job of this.#executor.jobs) job.unbind();
    const ended = waitForPromise(scheduler.crew.ended, "join pool", wait);
    await holdFor(scheduler.intake, ended);
  }

  /** What it has done, and is doing. */
  stats(): PoolStats {
    return statsOf(this.#executor.scheduler);
  }

  /** Terminates the pool, and waits until all workers have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate();
    await this.join();
  }

  #mapAwaited<R>(
    kind: number,
    doing: string,
    fn: unknown,
    items: Items<unknown>,
    options: MapOptions<R> | undefined,
  ): Promise<R[]> {
    try {
      return forgivingTermination(this.#map(kind, doing, fn, items, options));
    } catch (error) {
      const promise = Promise.reject(error);
      tell(promise, options);
      return promise;
    }
  }

  #map<R>(
    kind: number,
    doing: string,
    fn: unknown,
    items: Items<unknown>,
    options: MapOptions<R> = {},
  ): AsyncResult<R[]> {
    const result = mapOver<R>(
      this.#executor,
      { kind, doing, target: fn },
      items,
      options,
      cancelled,
    );
    tell(result.promise, options);
    return createResult(result.promise, result);
  }

  #checkRoom(doing: string): void {
    const { maxPending, room } = this.#executor;
    if (!room.isFull) return;
    throw new Error(
      `Cannot ${doing}: ${maxPending} tasks wait already, as many as maxPending says`,
    );
  }
}

function cancelled(): DOMException {
  return new DOMException(
    "Cannot finish task: it was cancelled",
    "AbortError",
  );
}

/**
 * Calls back once it is settled. What a callback throws is nobody's to catch. What is
 * no callback, or no options at all, has rejected the promise.
 */
function tell<R>(
  promise: Promise<R>,
  options: ApplyOptions<R> | undefined,
): void {
  const { callback, errorCallback } = options ?? {};
  if (callback === undefined && errorCallback === undefined) return;
  const isTold = typeof errorCallback === "function";
  promise.then(callback, isTold ? errorCallback : () => {});
}
