/** Milliseconds that a wait spins, where spinning has paid. */
const SPIN_MS = 0.08;
/**
 * Milliseconds that every so many waits spin in any case: longer than it takes to
 * wake a sleeper. Two who answer each other would else never find each other
 * awake, each being asleep by the time the other has woken.
 */
const PROBE_MS = 0.15;
const PROBE_EVERY = 32;
/** Vain spins in a row until there are no more but probes. */
const MOST_LUCK = 8;
/** Milliseconds that a nap may take at most. */
export const NAP_MS = 0.3;
/** Milliseconds from which on waits are long, so that parking pays at once. */
const LONG_MS = 0.6;

/**
 * What to expect of the next wait, judged by the last ones: how long they were,
 * as a moving average, and whether spinning has caught their ends. Where there are
 * more runners than processors it does not: it keeps the other from running.
 */
export class Patience {
  static #parksAtOnce = false;
  #pauses = false;
  #expected = 0;
  #luck = MOST_LUCK;
  #waits = 0;

  /**
   * For what others hold for a moment: each look at it takes it from the processor
   * that works with it, so looks are farther and farther apart.
   */
  static forHeld(): Patience {
    const patience = new Patience();
    patience.#pauses = true;
    return patience;
  }

  /** For what the event loop brings: to spin or to nap would keep it away. */
  static forEventLoop(): Patience {
    const patience = new Patience();
    patience.#expected = Infinity;
    return patience;
  }

  /**
   * Lets no wait of this isolate spin or nap any more: what it waits for comes by
   * the event loop, or by a thread that needs the processor.
   */
  static parkAtOnce(): void {
    Patience.#parksAtOnce = true;
  }

  /** Whether a spin is to pause between its looks, each time a little longer. */
  get pauses(): boolean {
    return this.#pauses;
  }

  /** Whether the wait is likely to be over soon, so that parking does not pay. */
  get isShort(): boolean {
    return !Patience.#parksAtOnce && this.#expected < LONG_MS;
  }

  /**
   * How many milliseconds the next wait may spin.
   *
   * @param rang whether we have just rung a pipe, whose reader waits for our processor
   */
  nextSpin(rang: boolean): number {
    if (++this.#waits % PROBE_EVERY === 0) return PROBE_MS;
    return rang || this.#luck === 0 ? 0 : SPIN_MS;
  }

  /** Learns from a spin that has, or has not, caught the end of a wait. */
  learnSpin(caught: boolean): void {
    if (caught) this.#luck = Math.min(MOST_LUCK, this.#luck + 2);
    else if (this.#luck > 0) this.#luck--;
  }

  /** Learns from a wait of so many milliseconds. */
  learn(ms: number): void {
    if (this.#expected === Infinity) return;
    // A single long wait must not outweigh many short ones.
    const length = Math.min(ms, 4 * LONG_MS);
    this.#expected += (length - this.#expected) / 4;
  }
}
