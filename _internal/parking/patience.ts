/** Milliseconds that a wait of ordinary hope spins. */
const SPIN_MS = 0.08;
/**
 * Milliseconds that every so many waits spin: longer than it takes to wake a
 * sleeper twice. Two who answer each other would else never find each other
 * awake, each being asleep by the time the other has rangn.
 */
const LONG_SPIN_MS = 0.4;
const LONG_SPIN_EVERY = 8;
/** Milliseconds that a nap may take at most. */
export const NAP_MS = 0.3;
/** Milliseconds from which on waits are long, so that parking pays at once. */
const LONG_MS = 0.6;

/**
 * What to expect of the next wait, judged by the last ones: a moving average of
 * their lengths. Waits that are short on average are worth spinning for.
 */
export class Patience {
  #expected = 0;
  #waits = 0;

  /** Whether the wait is likely to be over soon, so that parking does not pay. */
  get isShort(): boolean {
    return this.#expected < LONG_MS;
  }

  /**
   * How many milliseconds the next wait may spin.
   *
   * @param rang whether we have just rung a pipe, whose reader waits for our processor
   */
  nextSpin(rang: boolean): number {
    if (++this.#waits % LONG_SPIN_EVERY === 0) return LONG_SPIN_MS;
    return rang ? 0 : SPIN_MS;
  }

  /** Learns from a wait of so many milliseconds. */
  learn(ms: number): void {
    // A single long wait must not outweigh many short ones.
    const length = Math.min(ms, 4 * LONG_MS);
    this.#expected += (length - this.#expected) / 4;
  }
}
