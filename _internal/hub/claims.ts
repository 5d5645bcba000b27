/*
 * What a hub has lent to a client in advance, and the client may not use any more
 * once it has been recalled. The client's thread may be busy for long, so that the
 * thread of its link answers for it: one word for each loan settles who was first.
 *
 * | bits | of the word of a loan                            |
 * | ---- | ------------------------------------------------ |
 * | 0-7  | how many of its messages have been claimed       |
 * | 8    | it has been recalled: no more can be claimed     |
 * | 9-30 | which loan it is, of those that had this word    |
 */

/** How many loans a client may have at a time. */
export const LOANS = 64;
/** Most messages in a loan. */
export const MOST_LENT = 64;
/** Loans that a word can tell apart. */
export const SERIALS = 1 << 22;

const RECALLED = 0x100;
const SERIAL_SHIFT = 9;

/** Begins a loan, unless it has been recalled already. */
export function openLoan(
  words: Int32Array,
  slot: number,
  serial: number,
): void {
  const before = Atomics.load(words, slot);
  if (before >>> SERIAL_SHIFT === serial) return;
  // Fails if it is recalled just now, which stands.
  Atomics.compareExchange(words, slot, before, serial << SERIAL_SHIFT);
}

/** Claims the next message of a loan, if it has not been recalled. */
export function claim(
  words: Int32Array,
  slot: number,
  serial: number,
): boolean {
  for (;;) {
    const word = Atomics.load(words, slot);
    if (word >>> SERIAL_SHIFT !== serial || (word & RECALLED) !== 0) {
      return false;
    }
    // Settles whether the claim or the recall was first.
    if (Atomics.compareExchange(words, slot, word, word + 1) === word) {
      return true;
    }
  }
}

/** Memory for the words of all loans. */
export function claimWords(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(LOANS * 4));
}
