import { LoggedWait } from "./logged_wait.ts";
import { NOT_YET } from "./spin.ts";
import {
  LONGEST_TIMER,
  timeoutError,
  type WaitOptions,
} from "./wait_options.ts";

/** One async wait: an attempt, made until it succeeds or there is no more time. */
export class Waiter<T> {
  /** Whether it ended by an error, so took nothing. */
  failed = false;
  readonly #logged: LoggedWait | undefined;
  readonly #attempt: () => T | typeof NOT_YET;
  readonly #result = Promise.withResolvers<T>();
  readonly #ended: (gaveUp: boolean) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.#giveUp(this.#signal!.reason);

  /**
   * Begins to wait.
   *
   * @param doing what to say was attempted
   * @param ended called once when it is over, with whether it gave up by itself
   */
  constructor(
    attempt: () => T | typeof NOT_YET,
    doing: string,
    { timeout, signal }: WaitOptions,
    ended: (gaveUp: boolean) => void,
  ) {
    this.#logged = LoggedWait.beginAsync(doing);
    this.#attempt = attempt;
    this.#ended = ended;
    this.#timer = timeout === undefined || timeout > LONGEST_TIMER
      ? undefined
      : setTimeout(() => this.#giveUp(timeoutError(doing, timeout)), timeout);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort);
  }

  /** What it gives in the end. */
  get promise(): Promise<T> {
    return this.#result.promise;
  }

  /**
   * Makes an attempt.
   *
   * @returns whether the wait is over
   */
  settle(): boolean {
    try {
      const result = this.#attempt();
      if (result === NOT_YET) return false;
      this.#result.resolve(result);
    } catch (error) {
      this.failed = true;
      this.#result.reject(error);
    }
    this.#end(false);
    return true;
  }

  /** Ends it without a result: nobody is there any more to have one. */
  forget(): void {
    this.#logged?.forget();
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
  }

  #giveUp(reason: unknown): void {
    this.#end(true);
    this.#result.reject(reason);
  }

  #end(gaveUp: boolean): void {
    this.#logged?.end(gaveUp);
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#ended(gaveUp);
  }
}
