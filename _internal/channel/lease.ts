import { HEADER, type Memory } from "../memory/mod.ts";
import { CHANNEL } from "./layout.ts";

/** Milliseconds for which all take in turn after one was to leave something to others. */
const REST_MS = 2;
/** The same at most: it doubles while that happens time after time. */
const LONG_REST_MS = 32;

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
 * A lease begins under GET_MUTEX, while nobody waits for a message, and is ended by who
 * has it: a hub, which ends with all who could take. Who is refused says so, and wakes
 * the hub.
 */

/** Whether one alone may take from a channel. */
export class Leasing {
  /** Whether the last attempt of this isolate to take was refused. */
  hasRefused = false;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #wanted: number;
  readonly #wantedAt: number;
  readonly #rest: number;

  /** @param at first word of the channel's cell */
  constructor({ words }: Memory, at: number) {
    this.#words = words;
    this.#word = at + CHANNEL.LEASE;
    this.#wanted = at + CHANNEL.LEASE_WANTED;
    this.#wantedAt = at + CHANNEL.LEASE_WANTED_AT;
    this.#rest = at + CHANNEL.LEASE_REST;
  }

  get isWanted(): boolean {
    return Atomics.load(this.#words, this.#wanted) !== 0;
  }

  /** Whether one alone may take; then it is told that others want to. Under GET_MUTEX. */
  refuses(): boolean {
    const words = this.#words;
    // Not atomically: it changes under the mutex, or to let all take.
    this.hasRefused = words[this.#word] !== 0;
    if (!this.hasRefused) return false;
    if (Atomics.exchange(words, this.#wanted, 1) === 0) {
      Atomics.add(words, HEADER.LEASES_WANTED, 1);
      Atomics.notify(words, HEADER.LEASES_WANTED);
    }
    return true;
  }

  /** Begins one, unless there is one, or others have just wanted to take. Under GET_MUTEX. */
  begin(): boolean {
    const words = this.#words;
    if (words[this.#word] !== 0) return false;
    const rested = milliseconds() - words[this.#wantedAt] | 0;
    if (rested < words[this.#rest]) return false;
    Atomics.store(words, this.#wanted, 0);
    Atomics.store(words, this.#word, 1);
    return true;
  }

  /** Ends it. */
  end(): void {
    const words = this.#words;
    if (this.isWanted) {
      words[this.#wantedAt] = milliseconds();
      const longer = Math.max(REST_MS, words[this.#rest] * 2);
      words[this.#rest] = Math.min(longer, LONG_REST_MS);
    } else words[this.#rest] = 0;
    Atomics.store(words, this.#word, 0);
  }
}

/** As the hub counts them, where all leases begin and end. */
function milliseconds(): number {
  return performance.now() | 0;
}
