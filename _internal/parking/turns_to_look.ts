import { HEADER } from "../memory/mod.ts";

/** Milliseconds after which whoever is the only one to look does so again. */
const ALONE_MS = 950;
/** Milliseconds between the turns of two. */
const GAP_MS = 475;
/**
 * Most milliseconds until a turn, however many are parked: with a dozen, there is still
 * no more than one every {@linkcode GAP_MS}, and who is left alone is not so for long.
 */
const MOST_MS = 5700;

/**
 * Takes a turn to look for the dead. A look of one is enough for all, so those who
 * are parked look by turns: the more they are, the more seldom each.
 *
 * The word says when the last turn is that has been taken, see `clock.ts`; whoever takes
 * one moves it on. One of long ago counts as now. Whoever ends before its turn, or
 * computes when it comes, does not look: so the next does, {@linkcode GAP_MS} later, and
 * if nobody has looked for a while, who does relies on nobody any more.
 *
 * @param now the time as it stands in a word
 * @returns in how many milliseconds the turn is
 */
export function takeTurn(words: Int32Array, now: number): number {
  const isAlone = Math.abs(now - Atomics.load(words, HEADER.LAST_SWEEP)) >=
    ALONE_MS;
  for (;;) {
    const last = Atomics.load(words, HEADER.LAST_TURN);
    const ahead = last > now && last - now <= MOST_MS ? last - now : 0;
    const free = ahead + GAP_MS;
    const turn = isAlone ? ALONE_MS : Math.max(ALONE_MS, free);
    if (turn < free || turn >= MOST_MS) return Math.min(turn, MOST_MS);
    if (
      Atomics.compareExchange(words, HEADER.LAST_TURN, last, now + turn) ===
        last
    ) return turn;
  }
}
