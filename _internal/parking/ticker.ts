/**
 * Calls back again and again while somebody waits, and keeps the program alive
 * meanwhile; or while somebody attends, and does not.
 */
export class Ticker {
  readonly #callback: () => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isNeeded = false;
  #isAttended = false;

  constructor(callback: () => void, ms: number) {
    this.#callback = callback;
    this.#ms = ms;
  }

  /** Somebody waits. */
  start(): void {
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#tick(), this.#ms);
    } else if (!this.#isNeeded) {
      Deno.refTimer(this.#timer);
    }
    this.#isNeeded = true;
  }

  /** Somebody attends, until the next tick. */
  attend(): void {
    this.#isAttended = true;
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#tick(), this.#ms);
    Deno.unrefTimer(this.#timer);
  }

  /** Nobody does. As a rule somebody soon will, so the timer stays for a tick. */
  stop(): void {
    if (this.#timer !== undefined && this.#isNeeded) {
      Deno.unrefTimer(this.#timer);
    }
    this.#isNeeded = false;
  }

  #tick(): void {
    const goesOn = this.#isNeeded || this.#isAttended;
    this.#isAttended = false;
    if (goesOn) return this.#callback();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
