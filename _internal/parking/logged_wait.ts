import { log } from "../log.ts";
import { isTimeoutError } from "./wait_options.ts";

/** Milliseconds from which on a wait is worth a line in the log. */
const NOTED_MS = 500;

/** A wait that is logged if it lasts. */
export class LoggedWait {
  static #isLeftToOthers = false;
  readonly #doing: string;
  readonly #start = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isNoted = false;

  private constructor(doing: string) {
    this.#doing = doing;
  }

  /** This isolate waits for others only, who log that themselves. */
  static leaveToOthers(): void {
    this.#isLeftToOthers = true;
  }

  /**
   * Begins one that blocks the thread, which is to call {@linkcode note} now and then.
   *
   * @param doing what it is for, as in "get from queue"; nothing if that is not to be logged
   * @returns nothing while no waits are logged
   */
  static begin(doing: string | undefined): LoggedWait | undefined {
    return log?.level === "debug" && doing && !this.#isLeftToOthers
      ? new LoggedWait(doing)
      : undefined;
  }

  /** Begins one during which the event loop turns. */
  static beginAsync(doing: string): LoggedWait | undefined {
    const wait = this.begin(doing);
    if (wait === undefined) return undefined;
    wait.#timer = setTimeout(() => wait.#tell(), NOTED_MS);
    Deno.unrefTimer(wait.#timer);
    return wait;
  }

  /** Logs that it goes on, once. */
  note(): void {
    if (!this.#isNoted && performance.now() - this.#start >= NOTED_MS) {
      this.#tell();
    }
  }

  /** Logs that it is over, if it has been noted. */
  end(gaveUp: boolean): void {
    this.forget();
    if (!this.#isNoted) return;
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1);
    const how = gaveUp ? "gave up to" : "no longer waits to";
    log?.debug(`${how} ${this.#doing}, after ${seconds} s`);
  }

  /** Logs no more: it has no end that anybody sees. */
  forget(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#isNoted = true;
    log?.debug(`waits to ${this.#doing}`);
  }
}

/**
 * Gives what a promise does, and logs the wait for that if it lasts.
 *
 * @param doing what it is for
 * @param signal what ends the wait
 */
export function logWait<T>(
  promise: Promise<T>,
  doing: string,
  signal?: AbortSignal,
): Promise<T> {
  const wait = LoggedWait.beginAsync(doing);
  return wait === undefined ? promise : untilEnd(wait, promise, signal);
}

async function untilEnd<T>(
  wait: LoggedWait,
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    const result = await promise;
    wait.end(false);
    return result;
  } catch (error) {
    wait.end(signal?.aborted === true || isTimeoutError(error));
    throw error;
  }
}
