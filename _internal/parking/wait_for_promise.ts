import { logWait } from "./logged_wait.ts";
import {
  checkWait,
  LONGEST_TIMER,
  timeoutError,
  type WaitOptions,
} from "./wait_options.ts";

/**
 * Waits for a promise, no longer than the options say.
 *
 * @param doing what to say was attempted, as in "join Process-1"
 */
export function waitForPromise<T>(
  promise: Promise<T>,
  doing: string,
  wait?: WaitOptions,
): Promise<T> {
  return logWait(withinTime(promise, doing, wait), doing, wait?.signal);
}

/** The same, where the wait is logged elsewhere. */
export async function withinTime<T>(
  promise: Promise<T>,
  doing: string,
  wait: WaitOptions = {},
): Promise<T> {
  checkWait(wait);
  const { timeout = Infinity, signal } = wait;
  if (timeout === Infinity && signal === undefined) return await promise;
  const { promise: given, reject } = Promise.withResolvers<never>();
  const timer = timeout > LONGEST_TIMER ? undefined : setTimeout(
    () => reject(timeoutError(doing, timeout)),
    Math.max(0, timeout),
  );
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, given]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
