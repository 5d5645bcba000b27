import { checkOptions, checkSignal, checkTime } from "../check.ts";

/** Milliseconds that a timer can hold, 24 days; longer waits have no end. */
export const LONGEST_TIMER = 0x7fff_ffff;

const LIKELY = { number: "timeout" };

/**
 * How long to wait, for everything that waits. What is none of these options, as a
 * number, is a `TypeError` at once.
 */
export interface WaitOptions {
  /** Milliseconds to wait at most; 0 and less means not to wait. Default: for ever. */
  timeout?: number | undefined;
  /**
   * Ends the wait when it is aborted. A blocking form sees only what was aborted
   * before it.
   */
  signal?: AbortSignal | undefined;
}

/**
 * Checks options that a caller gave.
 *
 * @throws {TypeError} if they are no object, or one of them is of the wrong kind
 * @throws the signal's reason, if it is aborted already
 */
export function checkWait(wait: WaitOptions | undefined): void {
  if (wait === undefined) return;
  checkOptions(wait, "wait", LIKELY);
  const { timeout, signal } = wait;
  if (timeout !== undefined) checkTime(timeout, "timeout", "wait");
  checkSignal(wait, "wait");
  signal?.throwIfAborted();
}

/** The error of a wait that took too long. */
export function timeoutError(doing: string, timeout: number): DOMException {
  return new DOMException(
    `Cannot ${doing}: timed out after ${Math.max(0, timeout)} ms`,
    "TimeoutError",
  );
}

/** Whether an error is that of a wait that took too long; a signal's reason may be, too. */
export function isTimeoutError(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
