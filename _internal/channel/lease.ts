import { HEADER, type Memory } from "../memory/mod.ts";
import { CHANNEL } from "./layout.ts";

/** How often to look whether a lease has ended, and milliseconds between two looks. */
const LOOKS = 10;
const LOOK_MS = 10;

/** The right to take from a channel, of one alone, who is shown what comes before it does. */
export interface Lease {
  /** Whether others want to take, too. */
  isWanted(): boolean;
  /**
   * Copies of messages behind the next few, as many as that, until they have so many
   * bytes; none from one on that cannot be copied.
   */
  show(skipped: number, most: number, manyBytes: number): Uint8Array[];
  /** Takes the next message. */
  take(): void;
  /** Lets anybody take. */
  end(): void;
}

/*
 * | LEASE | LEASE_WANTED | means                                                    |
 * | ----- | ------------ | -------------------------------------------------------- |
 * | 0     |              | anybody may take                                         |
 * | 1     | 0            | only who has the lease may                               |
 * | 1     | 1            | the same, and others want to                             |
 *
 * A lease begins under GET_MUTEX, and is ended by who has it: a thread that nobody
 * outlives who could take. Who is refused says so, and wakes it.
 */

/** Whether one alone may take from a channel. */
export class Leasing {
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #wanted: number;

  /** @param at first word of the channel's cell */
  constructor({ words }: Memory, at: number) {
    this.#words = words;
    this.#word = at + CHANNEL.LEASE;
    this.#wanted = at + CHANNEL.LEASE_WANTED;
  }

  get isOn(): boolean {
    return Atomics.load(this.#words, this.#word) !== 0;
  }

  get isWanted(): boolean {
    return Atomics.load(this.#words, this.#wanted) !== 0;
  }

  /** Whether one alone may take; then it is told that others want to. */
  refuses(): boolean {
    const words = this.#words;
    if (!this.isOn) return false;
    if (Atomics.exchange(words, this.#wanted, 1) === 0) {
      Atomics.add(words, HEADER.LEASES_WANTED, 1);
      Atomics.notify(words, HEADER.LEASES_WANTED);
    }
    return true;
  }

  /** Begins one. */
  begin(): void {
    Atomics.store(this.#words, this.#wanted, 0);
    Atomics.store(this.#words, this.#word, 1);
  }

  /** Ends it. */
  end(): void {
    Atomics.store(this.#words, this.#word, 0);
    Atomics.notify(this.#words, this.#word);
  }

  /** Waits until it has ended, for a moment at most. */
  async over(): Promise<void> {
    for (let look = 0; look < LOOKS && this.refuses(); look++) {
      await Atomics.waitAsync(this.#words, this.#word, 1, LOOK_MS).value;
    }
  }

  /** The same, blocking the thread. */
  overSync(): void {
    for (let look = 0; look < LOOKS && this.refuses(); look++) {
      Atomics.wait(this.#words, this.#word, 1, LOOK_MS);
    }
  }
}
