import { clockWord, type Memory } from "../memory/mod.ts";
import { takeTurn } from "./turns_to_look.ts";

/**
 * Calls back at each of our turns to look, while somebody waits, and keeps the program
 * alive meanwhile; or while somebody attends, and does not.
 */
export class Ticker {
  readonly #memory: Memory;
  readonly #callback: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    const ms = takeTurn(this.#memory.words, clockWord());
    this.#timer = setTimeout(() => this.#tick(), ms);
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
