import { clockWord, type Memory } from "../memory/mod.ts";
import { callLater } from "./call_later.ts";
import { Lifeline } from "./lifeline.ts";
import { takeTurn } from "./turns_to_look.ts";

/**
 * Calls back at each of our turns to look, while somebody waits, and keeps the program
 * alive meanwhile; or while somebody attends, and does not.
 */
export class Ticker {
  readonly #memory: Memory;
  readonly #callback: () => void;
  readonly #lifeline = new Lifeline();
  #isWound = false;
  #isNeeded = false;
  #isAttended = false;

  constructor(memory: Memory, callback: () => void) {
    this.#memory = memory;
    this.#callback = callback;
  }

  /** Somebody waits. */
  start(): void {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    this.#lifeline.hold();
    if (!this.#isWound) this.#wind();
  }

  /** Somebody attends, until the next tick. */
  attend(): void {
    this.#isAttended = true;
    if (!this.#isWound) this.#wind();
  }

  /** Nobody waits. */
  stop(): void {
    this.#isNeeded = false;
    this.#lifeline.release();
  }

  #wind(): void {
    this.#isWound = true;
    const ms = takeTurn(this.#memory.words, clockWord());
    callLater(ms, () => this.#tick());
  }

  #tick(): void {
    this.#isWound = false;
    if (!this.#isNeeded && !this.#isAttended) return;
    this.#isAttended = false;
    this.#wind();
    this.#callback();
  }
}
