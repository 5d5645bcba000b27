import type { Patience } from "./patience.ts";

/** What an attempt gives that could not be made yet. */
export const NOT_YET = Symbol("not yet");

/** Attempts between two looks at the clock while spinning. */
const LOOKS = 50;
/** The same where it pauses between them. */
const PAUSED_LOOKS = 12;

/**
 * Attempts again and again, for as long as patience says.
 *
 * @param rang whether we have just rung a pipe
 */
export function spin<T>(
  attempt: () => T | typeof NOT_YET,
  patience: Patience,
  rang: boolean,
): T | typeof NOT_YET {
  const looks = patience.pauses ? PAUSED_LOOKS : LOOKS;
  // The clock costs as much as ten attempts, so what succeeds at once has no
  // look at it.
  let start = 0;
  let end = 0;
  do {
    for (let look = 0; look < looks; look++) {
      const result = attempt();
      if (result === NOT_YET) {
        if (patience.pauses) pause(look);
        continue;
      }
      // What is there at once may have come while we were kept from running: that
      // does not tell whether spinning catches anything.
      if (start !== 0) patience.learnSpin(true);
      patience.learn(start === 0 ? 0 : performance.now() - start);
      return result;
    }
    if (start === 0) {
      const ms = patience.nextSpin(rang);
      if (ms === 0) return NOT_YET;
      start = performance.now();
      end = start + ms;
    }
  } while (performance.now() < end);
  patience.learnSpin(false);
  return NOT_YET;
}

function pause(times: number): void {
  for (; times > 0; times--) Atomics.pause();
}
