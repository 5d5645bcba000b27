/** The time as it stands in a word: low bits of the milliseconds. */
export function clockWord(): number {
  return Date.now() & 0x7fff_ffff;
}

/** Milliseconds from, or until, the time in a word, if that is not far. */
export function msFrom(word: number): number {
  return Math.abs(clockWord() - word);
}
