import {
  CELL,
  CELL_WORDS,
  cellAt,
  enter,
  Holders,
  holdersWords,
  isDeserted,
  leave,
  type Memory,
} from "../_internal/memory/mod.ts";
import { WAIT_LIST_WORDS } from "../_internal/parking/mod.ts";
import type { Taken } from "./_taken.ts";

/*
 * | word      | means                                      | changed                   |
 * | --------- | ------------------------------------------ | ------------------------- |
 * | TOTAL     | permits that exist, free or held           | by who adds or loses some |
 * | holders   | who holds how many of them                 | by who takes or gives     |
 * | VALUE     | permits that are free: TOTAL less all held | after either              |
 * | ABANDONED | free ones that have come back from a death | by who reclaims or takes  |
 *
 * All of it changes under MUTEX; VALUE and ABANDONED are read without. Who dies
 * before its count is stored has changed nothing; after that it holds, or has
 * given, and VALUE is counted anew by the next one inside. What the dead hold is
 * reclaimed by whoever finds nothing free.
 */
const MUTEX = CELL.BODY;
const VALUE = CELL.BODY + 1;
const TOTAL = CELL.BODY + 2;
/** How many permits there were at first. */
const INITIAL = CELL.BODY + 3;
/** What VALUE must not pass. */
const LIMIT = CELL.BODY + 4;
const ABANDONED = CELL.BODY + 5;
/** The wait list of a semaphore, counted from the start of its cell. */
export const WAITERS = CELL.BODY + 6;
const HOLDERS = WAITERS + WAIT_LIST_WORDS;
/** As many as fit. */
const ENTRIES = (CELL_WORDS - HOLDERS - holdersWords(0)) >> 1;

/** Most permits that can be free at once. Those that are held fit beside them. */
export const MOST_PERMITS = (1 << 30) - 1;
/** Permits of one holder from which on those that others gave back are written off. */
const MANY = 1 << 20;

/** The permits of a semaphore. */
export class Permits {
  readonly #memory: Memory;
  readonly #at: number;
  readonly #holders: Holders;

  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    const at = this.#at = cellAt(cell);
    this.#holders = new Holders(
      memory,
      cell,
      at + HOLDERS,
      ENTRIES,
      at + TOTAL,
    );
  }

  /** Sets how many there are at first. */
  create(permits: number): void {
    const { words } = this.#memory;
    const at = this.#at;
    words[at + INITIAL] = permits;
    words[at + LIMIT] = MOST_PERMITS;
    words[at + TOTAL] = permits;
    words[at + VALUE] = permits;
  }

  /** Lets no more be free than there were at first. */
  bound(): void {
    const { words } = this.#memory;
    words[this.#at + LIMIT] = words[this.#at + INITIAL];
  }

  /** How many can be free at most. */
  get limit(): number {
    return this.#memory.words[this.#at + LIMIT];
  }

  /** How many are free, those of the dead among them. */
  get value(): number {
    if (this.#mayReclaim()) {
      this.#enter();
      this.#reclaim();
      this.#leave();
    }
    return this.free;
  }

  /** How many are free, as far as is known. */
  get free(): number {
    return Atomics.load(this.#memory.words, this.#at + VALUE);
  }

  /** Takes one, if one is free. */
  take(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (this.free === 0 || !this.#holders.hasOwn) return this.#takeWithCare();
    this.#enter();
    const value = words[at + VALUE];
    if (value === 0 || words[at + ABANDONED] !== 0) {
      this.#leave();
      return this.#takeWithCare();
    }
    const own = this.#holders.add(1);
    words[at + VALUE] = value - 1;
    this.#leave();
    if (own >= MANY) this.#writeOff();
    return "free";
  }

  /** The same for the first time, and when none seems to be free. */
  #takeWithCare(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (this.free === 0 && !this.#mayReclaim()) return "none";
    this.#enter();
    try {
      this.#reclaim();
      if (words[at + VALUE] === 0) return "none";
      this.#holders.add(1);
      words[at + VALUE]--;
      if (words[at + ABANDONED] === 0) return "free";
      words[at + ABANDONED]--;
      return "abandoned";
    } finally {
      this.#leave();
    }
  }

  /**
   * Gives back what this participant holds, and adds what it does not hold.
   *
   * @returns whether there is room for so many
   */
  give(permits: number): boolean {
    const { words } = this.#memory;
    const at = this.#at;
    this.#enter();
    const value = words[at + VALUE];
    const fits = permits <= words[at + LIMIT] - value;
    if (fits) {
      const own = Math.min(permits, this.#holders.own);
      // The total first: what a dead one still holds comes back within it.
      if (permits > own) words[at + TOTAL] += permits - own;
      if (own > 0) this.#holders.add(-own);
      words[at + VALUE] = value + permits;
    }
    this.#leave();
    return fits;
  }

  /** Gives one back, unless another has given it back in this one's place. */
  giveOwn(): boolean {
    if (this.give(1)) return true;
    this.#enter();
    if (this.#holders.own > 0) this.#forget(1);
    this.#leave();
    return false;
  }

  #enter(): void {
    if (enter(this.#memory, this.#at + MUTEX)) this.#repair();
  }

  #leave(): void {
    leave(this.#memory, this.#at + MUTEX);
  }

  /** Whether the dead may have left something. */
  #mayReclaim(): boolean {
    return this.#holders.hasDead() ||
      isDeserted(this.#memory, this.#at + MUTEX);
  }

  /** Takes back what the dead held, though not more than there was at first. */
  #reclaim(): void {
    const { words } = this.#memory;
    const at = this.#at;
    const initial = words[at + INITIAL];
    const reclaimed = this.#holders.reclaim((held, total) => {
      const after = Math.max(total - held, Math.min(total, initial));
      // Before they are back: rather said of one too many than not at all.
      words[at + ABANDONED] += held - (total - after);
      return after;
    });
    if (reclaimed !== 0) this.#recount();
  }

  /**
   * Forgets what this participant took and others gave back, so that a count
   * which only grows does not overflow.
   */
  #writeOff(): void {
    const { words } = this.#memory;
    this.#enter();
    const excess = words[this.#at + TOTAL] - words[this.#at + INITIAL];
    if (excess > 0) this.#forget(Math.min(excess, this.#holders.own));
    this.#leave();
  }

  #forget(permits: number): void {
    const total = this.#memory.words[this.#at + TOTAL];
    this.#holders.settle(this.#holders.own - permits, total - permits);
  }

  #repair(): void {
    this.#holders.repair();
    this.#recount();
  }

  #recount(): void {
    const { words } = this.#memory;
    const at = this.#at;
    const value = words[at + TOTAL] - this.#holders.sum;
    Atomics.store(words, at + VALUE, value);
    if (words[at + ABANDONED] > value) words[at + ABANDONED] = value;
  }
}
