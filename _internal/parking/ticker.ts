/**
 * Calls back again and again while somebody waits, and keeps the program alive
 * meanwhile; or while somebody attends, and does not.
 */
export class Ticker {
  readonly #callback: () => void;
  readonly #nextMs: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isNeeded = false;
  #isAttended = false;

  /** @param nextMs In how many milliseconds to call back; asked each time. */
  constructor(callback: () => void, nextMs: () => number) {
    this.#callback = callback;
    this.#nextMs = nextMs;
  }

  /** Somebody waits. */
  start(): void {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    if (this.#timer === undefined) this.#wind();
    else Deno.refTimer(this.#timer);
  }

  /** Somebody attends, until the next tick. */
  attend(): void {
    this.#isAttended = true;
    if (this.#timer === undefined) this.#wind();
  }

  /** Nobody does. As a rule somebody soon will, so the timer stays for a tick. */
  stop(): void {
    if (this.#timer !== undefined && this.#isNeeded) {
      Deno.unrefTimer(this.#timer);
    }
    this.#isNeeded = false;
  }

  #wind(): void {
    this.#timer = setTimeout(() => this.#tick(), this.#nextMs());
    if (!this.#isNeeded) Deno.unrefTimer(this.#timer);
  }

  #tick(): void {
    this.#timer = undefined;
    if (!this.#isNeeded && !this.#isAttended) return;
    this.#isAttended = false;
    this.#wind();
    this.#callback();
  }
}
