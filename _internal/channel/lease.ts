import { HEADER, type Memory } from "../memory/mod.ts";
import { CHANNEL } from "./layout.ts";

/** Milliseconds for which nothing is leased after one could not have a lease to its end. */
const REST_MS = 2;
/** The same at most: it doubles while that happens time after time. */
const LONG_REST_MS = 32;
/** Milliseconds for which nothing is leased to one who has used up what others of the hub wanted. */
const TURN_MS = 2;

/** Who wants to take what one alone may. */
export const WANTED = {
  NOBODY: 0,
  /** Somebody who asks by the hub, too: it is their turn as soon as the lease ends. */
  AT_HUB: 1,
  /** A thread of the program: until it is awake, others would have the next lease. */
  ELSEWHERE: 2,
} as const;

/** Whether leases begin in this isolate, which is that of a hub. */
let isHub = false;

/** The right to take from a channel, of one alone, who is shown what comes before it does. */
export interface Lease {
  /** Whether others want to take, too: a value of {@linkcode WANTED}. */
  wanted(): number;
  /**
   * Copies of messages behind the next few, as many as that, until they have so many
   * bytes; none from one on that cannot be copied.
   */
  show(skipped: number, most: number, manyBytes: number): Uint8Array[];
  /** Takes the next message. */
  take(): void;
  /** Lets anybody take. */
  end(how?: LeaseEnd): void;
}

/** How a lease ends. */
export interface LeaseEnd {
  /** Whether others could not wait until all was taken. Default: they could. */
  readonly wasRecalled?: boolean;
}

/*
 * | LEASE | LEASE_WANTED | means                                                    |
 * | ----- | ------------ | -------------------------------------------------------- |
 * | 0     |              | anybody may take                                         |
 * | 1     | NOBODY       | only who has the lease may                               |
 * | 1     | any other    | the same, and others want to                             |
 *
 * A lease begins under GET_MUTEX, as one that is wanted if somebody waits for a message
 * then, and is ended by who has it: a hub, which ends with all who could take. Who is
 * refused says so under that mutex, and wakes the hub.
 *
 * When it ends, LEASE_OVER_AT has the time, and LEASE_REST how long nothing is leased.
 */

/** Whether one alone may take from a channel. */
export class Leasing {
  /** Whether the last attempt of this isolate to take was refused. */
  hasRefused = false;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #wanted: number;
  readonly #overAt: number;
  readonly #rest: number;
  readonly #turnOf: number;

  /** @param at first word of the channel's cell */
  constructor({ words }: Memory, at: number) {
    this.#words = words;
    this.#word = at + CHANNEL.LEASE;
    this.#wanted = at + CHANNEL.LEASE_WANTED;
    this.#overAt = at + CHANNEL.LEASE_OVER_AT;
    this.#rest = at + CHANNEL.LEASE_REST;
    this.#turnOf = at + CHANNEL.LEASE_OF;
  }

  get wanted(): number {
    return Atomics.load(this.#words, this.#wanted);
  }

  /** Whether one alone may take; then it is told that others want to. Under GET_MUTEX. */
  refuses(): boolean {
    const words = this.#words;
    // Not atomically: it changes under the mutex, or to let all take.
    this.hasRefused = words[this.#word] !== 0;
    if (this.hasRefused) this.#want(isHub ? WANTED.AT_HUB : WANTED.ELSEWHERE);
    return this.hasRefused;
  }

  /**
   * Begins one, unless there is one, or it is the turn of others. Under GET_MUTEX.
   *
   * @param holder who is to have it, by a number
   */
  begin(holder: number, { isWanted }: { isWanted: boolean }): boolean {
    isHub = true;
    const words = this.#words;
    if (words[this.#word] !== 0) return false;
    const turn = words[this.#turnOf] === -holder ? TURN_MS : 0;
    // It wraps around, and one that has never been leased was so long ago.
    const rested = milliseconds() - words[this.#overAt] >>> 0;
    if (rested < Math.max(turn, words[this.#rest])) return false;
    words[this.#turnOf] = holder;
    Atomics.store(words, this.#wanted, WANTED.NOBODY);
    Atomics.store(words, this.#word, 1);
    if (isWanted) this.#want(WANTED.AT_HUB);
    return true;
  }

  #want(wanted: number): void {
    const words = this.#words;
    if (words[this.#wanted] >= wanted) return;
    Atomics.store(words, this.#wanted, wanted);
    Atomics.add(words, HEADER.LEASES_WANTED, 1);
    Atomics.notify(words, HEADER.LEASES_WANTED);
  }

  /** Ends it; then it is the turn of those who wanted it. */
  end({ wasRecalled = false }: LeaseEnd): void {
    const words = this.#words;
    const { wanted } = this;
    words[this.#overAt] = milliseconds();
    if (wanted !== WANTED.NOBODY) words[this.#turnOf] *= -1;
    const longer = Math.max(REST_MS, words[this.#rest] * 2);
    words[this.#rest] = wasRecalled
      ? Math.min(longer, LONG_REST_MS)
      : wanted === WANTED.ELSEWHERE
      ? REST_MS
      : 0;
    Atomics.store(words, this.#word, 0);
  }
}

/** As the hub counts them, where all leases begin and end. */
function milliseconds(): number {
  return performance.now() | 0;
}
