import type { Memory } from "../_internal/memory/mod.ts";
import {
  type NOT_YET,
  type Parking,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";

/** Where those wait, of all processes and threads, who want the same of a primitive. */
export class Line {
  readonly #parking: Parking;
  readonly #list: number;
  readonly #doing: string;
  readonly #patience: Patience;

  /**
   * @param list the wait list in the memory
   * @param doing what is waited for, as a timeout says it: "acquire lock"
   * @param patience how this isolate waits. Default: as for what comes when it comes
   */
  constructor(
    memory: Memory,
    list: number,
    doing: string,
    patience: Patience = new Patience(),
  ) {
    this.#parking = parkingOf(memory);
    this.#list = list;
    this.#doing = doing;
    this.#patience = patience;
  }

  /** Where that is. */
  get place(): { readonly parking: Parking; readonly list: number } {
    return { parking: this.#parking, list: this.#list };
  }

  /** Whether somebody of this isolate waits by `await`. */
  get isQueued(): boolean {
    return this.#parking.isQueued(this.#list);
  }

  /** Waits until an attempt gives something. One has been made, in vain. */
  wait<T>(
    attempt: () => T | typeof NOT_YET,
    wait?: WaitOptions,
  ): Promise<T> {
    return this.#parking.wait(
      this.#list,
      attempt,
      this.#patience,
      this.#doing,
      wait,
    );
  }

  /** The same, blocking the thread. */
  waitSync<T>(attempt: () => T | typeof NOT_YET, wait?: WaitOptions): T {
    return this.#parking.waitSync(
      this.#list,
      attempt,
      this.#patience,
      this.#doing,
      wait,
    );
  }

  /** Wakes the next. */
  wakeOne(): void {
    this.#parking.wakeOne(this.#list);
  }

  /** Wakes all. */
  wakeAll(): void {
    this.#parking.wakeAll(this.#list);
  }

  /** Wakes a participant as soon as this isolate wakes others, or waits. */
  wakeLater(slot: number): void {
    this.#parking.wakeLater(slot);
  }
}
