/** Milliseconds after which a signal is replaced by another. */
const LIFE_MS = 3_600_000;

/**
 * Keeps the program alive while it is held.
 *
 * The runtime waits for the signal of a timeout while somebody listens to it, and only then;
 * a timer could do the same, but see {@linkcode callLater}.
 */
export class Lifeline {
  #signal: AbortSignal | undefined;
  #isHeld = false;

  /** Keeps the program alive from now on. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    if (this.#signal === undefined || this.#signal.aborted) {
      this.#signal = AbortSignal.timeout(LIFE_MS);
    }
    this.#signal.addEventListener("abort", this.#renew);
  }

  /** Lets the program end. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#signal!.removeEventListener("abort", this.#renew);
  }

  #renew = () => {
    this.#isHeld = false;
    this.hold();
  };
}
