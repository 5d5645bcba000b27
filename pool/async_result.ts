import { refuseToSend, show } from "../_internal/handles/mod.ts";
import { type WaitOptions, withinTime } from "../_internal/parking/mod.ts";
import { forgivingTermination } from "./_termination.ts";

/** What stands behind a result. */
export interface ResultSource {
  /**
   * Called when somebody waits for it: the program goes on until it is there, or
   * until what is returned is called.
   */
  hold(): (gaveUp: boolean) => void;
  /** Gives it up. */
  cancel(): void;
}

/** Makes a result of a promise of it. */
export let createResult: <R>(
  promise: Promise<R>,
  source: ResultSource,
) => AsyncResult<R>;

/**
 * The result of what was submitted to a pool, once it is there. Awaiting it gives
 * the result, or throws the error.
 *
 * A program that has submitted something and waits for nothing does not wait for
 * this either: only `await`, {@linkcode get}, {@linkcode wait} and the `join` of
 * the pool keep it alive. An error that nobody asks for is no unhandled rejection.
 *
 * @example
 * ```ts
 * import { Pool } from "@parallel/multiprocessing/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = new Pool(1);
 * const result = pool.applyAsync((n: number) => n * n, [7]);
 * assertEquals(result.ready(), false);
 * assertEquals(await result.get({ timeout: 60_000 }), 49);
 * assertEquals(result.successful(), true);
 * ```
 */
export class AsyncResult<R = unknown> implements PromiseLike<R> {
  static {
    refuseToSend(AsyncResult, "an AsyncResult", "send what it gives");
    show(AsyncResult, (result) => ({ ready: result.ready() }));
    createResult = (promise, source) => new AsyncResult(promise, source);
  }

  readonly #source: ResultSource;
  readonly #promise: Promise<R>;
  #state: "pending" | "fulfilled" | "rejected" = "pending";

  /** Made by pools only. */
  private constructor(promise: Promise<R>, source: ResultSource) {
    if (!(promise instanceof Promise)) {
      throw new TypeError(
        "Cannot construct AsyncResult: applyAsync() of a pool makes one",
      );
    }
    this.#source = source;
    this.#promise = promise;
    promise.then(
      () => this.#state = "fulfilled",
      () => this.#state = "rejected",
    );
  }

  /**
   * Waits for the result.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @returns the result
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws what the task has thrown
   * @throws {DOMException} `TimeoutError` if it is not there in time; the task goes on
   * @throws the signal's reason if it is aborted; the task goes on
   */
  get(wait?: WaitOptions): Promise<R> {
    return forgivingTermination(
      this.#waitFor(this.#promise, "get result", wait),
    );
  }

  /**
   * Waits until there is a result or an error.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if neither is there in time; the task goes on
   * @throws the signal's reason if it is aborted; the task goes on
   */
  async wait(wait?: WaitOptions): Promise<void> {
    const settled = this.#promise.then(() => {}, () => {});
    await this.#waitFor(settled, "wait for result", wait);
  }

  /** Whether there is a result or an error. */
  ready(): boolean {
    return this.#state !== "pending";
  }

  /**
   * Whether there is a result, and no error.
   *
   * @throws {Error} if it is not there yet
   */
  successful(): boolean {
    if (this.#state === "pending") {
      throw new Error(
        "Cannot tell whether task was successful: it is not done",
      );
    }
    return this.#state === "fulfilled";
  }

  /**
   * Gives the task up, and stops it if it runs. Whoever waits for it gets an
   * `AbortError`. Does nothing if it is done.
   */
  cancel(): void {
    this.#source.cancel();
  }

  /** Waits for the result, as a promise does. */
  then<A = R, B = never>(
    onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#source.hold();
    return this.#promise.then(onFulfilled, onRejected);
  }

  async #waitFor<T>(
    promise: Promise<T>,
    doing: string,
    wait: WaitOptions | undefined,
  ): Promise<T> {
    const giveUp = this.#source.hold();
    try {
      return await withinTime(promise, doing, wait);
    } finally {
      giveUp(true);
    }
  }
}
