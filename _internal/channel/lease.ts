import { HEADER, type Memory } from "../memory/mod.ts";
import { CHANNEL } from "./layout.ts";

/** Milliseconds for which all take in turn after one had to leave something to others. */
const REST_MS = 2;
/** The same at most: it doubles while that happens time after time. */
const LONG_REST_MS = 32;

/** The same for one who has used up a lease that others wanted: they are to get the next. */
const TURN_MS = 2;

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
  /**
   * Lets anybody take.
   *
   * @param wasRecalled whether others could not wait until its end
   */
  end(wasRecalled: boolean): void;
}

/*
 * | LEASE | LEASE_WANTED | means                                                    |
 * | ----- | ------------ | -------------------------------------------------------- |
 * | 0     |              | anybody may take                                         |
 * | 1     | 0            | only who has the lease may                               |
 * | 1     | 1            | the same, and others want to                             |
 *
 * A lease begins under GET_MUTEX, as one that is wanted if somebody waits for a message
 * then, and is ended by who has it: a hub, which ends with all who could take. Who is
 * refused says so, and wakes the hub.
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
  readonly #of: number;

  /** @param at first word of the channel's cell */
  constructor({ words }: Memory, at: number) {
    this.#words = words;
    this.#word = at + CHANNEL.LEASE;
    this.#wanted = at + CHANNEL.LEASE_WANTED;
    this.#wantedAt = at + CHANNEL.LEASE_WANTED_AT;
    this.#rest = at + CHANNEL.LEASE_REST;
    this.#of = at + CHANNEL.LEASE_OF;
  }

  get isWanted(): boolean {
    return Atomics.load(this.#words, this.#wanted) !== 0;
  }

  /** Whether one alone may take; then it is told that others want to. Under GET_MUTEX. */
  refuses(): boolean {
    const words = this.#words;
    // Not atomically: it changes under the mutex, or to let all take.
    this.hasRefused = words[this.#word] !== 0;
    if (this.hasRefused) this.#want();
    return this.hasRefused;
  }

  /**
   * Begins one, unless there is one, or it is the turn of others. Under GET_MUTEX.
   *
   * @param holder who is to have it, by a number
   * @param isWanted whether others wait for a message
   */
  begin(holder: number, isWanted: boolean): boolean {
    const words = this.#words;
    if (words[this.#word] !== 0) return false;
    const rest = words[this.#of] === holder ? TURN_MS : 0;
    const rested = milliseconds() - words[this.#wantedAt] | 0;
    if (rested < Math.max(rest, words[this.#rest])) return false;
    words[this.#of] = holder;
    Atomics.store(words, this.#wanted, 0);
    Atomics.store(words, this.#word, 1);
    if (isWanted) this.#want();
    return true;
  }

  #want(): void {
    const words = this.#words;
    if (Atomics.exchange(words, this.#wanted, 1) !== 0) return;
    Atomics.add(words, HEADER.LEASES_WANTED, 1);
    Atomics.notify(words, HEADER.LEASES_WANTED);
  }

  /** Ends it, and rests if it had to end. */
  end(wasRecalled: boolean): void {
    const words = this.#words;
    words[this.#wantedAt] = milliseconds() - (this.isWanted ? 0 : TURN_MS);
    const longer = Math.max(REST_MS, words[this.#rest] * 2);
    words[this.#rest] = wasRecalled ? Math.min(longer, LONG_REST_MS) : 0;
    Atomics.store(words, this.#word, 0);
  }
}

/** As the hub counts them, where all leases begin and end. */
function milliseconds(): number {
  return performance.now() | 0;
}
