/** Milliseconds from which on a thread has been blocked for long. */
const LONG_MS = 1_000;

let blocked: ((doing: string) => void) | undefined;

/**
 * Sets what to call whenever a wait finds that it has blocked this thread for a second
 * or more: again and again, while it goes on.
 */
export function onLongBlock(callback: (doing: string) => void): void {
  blocked = callback;
}

/**
 * Looks whether a wait has blocked this thread for long.
 *
 * @param doing what it is for, as in "get from queue"
 * @param start when it began, by `performance.now()`
 */
export function noteBlocked(doing: string, start: number): void {
  if (performance.now() - start >= LONG_MS) blocked?.(doing);
}
