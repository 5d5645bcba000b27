import type { Memory } from "./memory.ts";

/** Looks before going to sleep: who is about to change something is quick. */
const LOOKS = 200;
/** Milliseconds between two looks after those. */
const PAUSE_MS = 1;

/**
 * Looks until something is so that others bring about in a few instructions, blocking the
 * thread: they may have been stopped between two of these.
 *
 * @param word has that value meanwhile
 */
export function lookUntil(
  memory: Memory,
  word: number,
  value: number,
  isSo: () => boolean,
): void {
  for (let looks = 1; !isSo(); looks++) {
    if (looks >= LOOKS) memory.sleepSync(word, value, PAUSE_MS);
  }
}
