import {
  CELL,
  CELL_WORDS,
  cellAt,
  checkStopped,
  enter,
  HEADER,
  Holders,
  holdersWords,
  isDeserted,
  leave,
  lookUntil,
  type Memory,
} from "../_internal/memory/mod.ts";
import { MOST_PERMITS } from "../_internal/most_permits.ts";
import { WAIT_LIST_WORDS } from "../_internal/parking/mod.ts";
import type { Taken } from "./_taken.ts";

/*
 * | word      | means                                      | changed                   |
 * | --------- | ------------------------------------------ | ------------------------- |
 * | VALUE     | permits that are free                      | by who takes or gives     |
 * | VALUE     | FROZEN: being counted anew                 | by who counts, once done  |
 * | holders   | who holds how many: 2 for each permit,     | by the holder             |
 * |           | and 1 while VALUE is about to change       |                           |
 * | TOTAL     | permits that exist, free or held           | by who adds or loses some |
 * | ABANDONED | free ones that have come back from a death | by who reclaims or takes  |
 *
 * Who takes or gives makes its own count odd, changes VALUE, and makes its count
 * even: one exchange. Between any two of these it may die; whether it has taken then
 * cannot be told, and need not: all it held comes back. VALUE is counted anew then.
 *
 * All else is done under MUTEX. To count anew is to freeze VALUE, so that no more
 * exchange succeeds, to wait until no living count is odd, and to store what the
 * holders leave of TOTAL. Who dies while it does so leaves VALUE frozen and the
 * MUTEX deserted; the next one begins again.
 */
const MUTEX = CELL.BODY;
const VALUE = CELL.BODY + 1;
const TOTAL = CELL.BODY + 2;
/** How many permits there were at first. */
const INITIAL = CELL.BODY + 3;
/** What VALUE must not pass: at most MOST_PERMITS, so that those held fit beside them. */
const LIMIT = CELL.BODY + 4;
const ABANDONED = CELL.BODY + 5;
/** The wait list of a semaphore, counted from the start of its cell. */
export const WAITERS = CELL.BODY + 6;
const HOLDERS = WAITERS + WAIT_LIST_WORDS;
/** As many as fit. */
const ENTRIES = (CELL_WORDS - HOLDERS - holdersWords(0)) >> 1;

const FROZEN = -1;
/** Permits of one holder from which on those that others gave back are written off. */
const MANY = 1 << 19;

/** The permits of a semaphore. */
export class Permits {
  readonly #memory: Memory;
  readonly #at: number;
  readonly #holders: Holders;
  /** `DEATHS` when nothing was left of the dead, once that was so. */
  #deaths: number | undefined;

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
    if (this.free === FROZEN || this.#mayReclaim()) {
      this.#enter();
      this.#reclaim();
      this.#leave();
    }
    return Math.max(0, this.free);
  }

  /** How many are free, as far as is known; less than 0 if that is being counted. */
  get free(): number {
    return Atomics.load(this.#memory.words, this.#at + VALUE);
  }

  /** Takes one, if one is free. */
  take(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    const holders = this.#holders;
    // As it was a moment ago; the exchange will say.
    let value = words[at + VALUE];
    if (value <= 0 || words[at + ABANDONED] !== 0 || !holders.hasOwn) {
      return this.#takeWithCare();
    }
    checkStopped(this.#memory);
    const own = holders.own;
    holders.own = own + 1;
    while (value > 0) {
      const seen = value;
      // Settles who of many gets the last one.
      value = Atomics.compareExchange(words, at + VALUE, seen, seen - 1);
      if (value !== seen) continue;
      holders.own = own + 2;
      if (own >= 2 * MANY) this.#writeOff();
      return "free";
    }
    holders.own = own;
    return this.#takeWithCare();
  }

  /** The same for the first time, and where others are in the way. */
  #takeWithCare(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (this.free === 0 && !this.#mayReclaim()) return "none";
    this.#enter();
    try {
      this.#reclaim();
      // Nothing yet; but that takes an entry.
      this.#holders.add(0);
      if (!this.#change(-1, 1)) return "none";
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
    const holders = this.#holders;
    const own = holders.own;
    if (own < 2 * permits) return this.#giveWithCare(permits);
    checkStopped(this.#memory);
    const most = words[at + LIMIT] - permits;
    let value = words[at + VALUE];
    holders.own = own + 1;
    while (value >= 0 && value <= most) {
      const seen = value;
      // Settles what many give at once.
      value = Atomics.compareExchange(
        words,
        at + VALUE,
        seen,
        seen + permits,
      );
      if (value !== seen) continue;
      holders.own = own - 2 * permits;
      return true;
    }
    holders.own = own;
    return this.#giveWithCare(permits);
  }

  /** The same for those that are not held, and where others are in the way. */
  #giveWithCare(permits: number): boolean {
    const { words } = this.#memory;
    const at = this.#at;
    this.#enter();
    const own = Math.min(permits, this.#holders.own >> 1);
    // First: who takes what is not in the total would leave less than nothing.
    words[at + TOTAL] += permits - own;
    const given = own > 0 ? this.#change(permits, -own) : this.#add(permits);
    if (!given) words[at + TOTAL] -= permits - own;
    this.#leave();
    return given;
  }

  /** Gives one back, unless another has given it back in this one's place. */
  giveOwn(): boolean {
    if (this.give(1)) return true;
    this.#enter();
    if (this.#holders.own > 0) this.#forget(1);
    this.#leave();
    return false;
  }

  /** Changes VALUE and what this one holds; not if VALUE does not allow it. */
  #change(value: number, own: number): boolean {
    const holders = this.#holders;
    const before = holders.own;
    holders.own = before + 1;
    const changed = this.#add(value);
    holders.own = changed ? before + 2 * own : before;
    return changed;
  }

  /** Changes VALUE, which is not frozen, as this is done under MUTEX. */
  #add(change: number): boolean {
    const { words } = this.#memory;
    const at = this.#at;
    for (;;) {
      const value = this.free;
      if (value + change < 0 || value + change > words[at + LIMIT]) {
        return false;
      }
      // Others take and give meanwhile.
      if (
        Atomics.compareExchange(words, at + VALUE, value, value + change) ===
          value
      ) return true;
    }
  }

  #enter(): void {
    if (enter(this.#memory, this.#at + MUTEX)) {
      this.#holders.repair();
      this.#countAnew();
    }
  }

  #leave(): void {
    leave(this.#memory, this.#at + MUTEX);
  }

  /**
   * Whether the dead may have left something. Who waits asks this again and again:
   * if nobody has died since, it does not look at what their holders write to.
   */
  #mayReclaim(): boolean {
    const deaths = Atomics.load(this.#memory.words, HEADER.DEATHS);
    if (deaths === this.#deaths) return false;
    if (
      this.#holders.hasDead() || isDeserted(this.#memory, this.#at + MUTEX)
    ) return true;
    this.#deaths = deaths;
    return false;
  }

  #reclaim(): void {
    if (this.#holders.hasDead()) this.#countAnew();
  }

  /** Takes back what the dead held, though not more than there was at first. */
  #countAnew(): void {
    const { words } = this.#memory;
    const at = this.#at;
    const initial = words[at + INITIAL];
    Atomics.store(words, at + VALUE, FROZEN);
    lookUntil(this.#memory, at + VALUE, FROZEN, () => {
      this.#holders.reclaim((held, total) => {
        const permits = held >> 1;
        const after = Math.max(total - permits, Math.min(total, initial));
        // Before they are back: rather said of one too many than not at all.
        words[at + ABANDONED] += permits - (total - after);
        return after;
      });
      return this.#holders.addUp((count) => count & 1) === 0;
    });
    // A count that is odd from now on is that of an exchange that fails.
    const held = this.#holders.addUp((count) => count >> 1);
    // One that was refused may have died before it took its permits off again.
    const excess = words[at + TOTAL] - held - words[at + LIMIT];
    if (excess > 0) words[at + TOTAL] -= excess;
    const value = Math.max(0, words[at + TOTAL] - held);
    if (words[at + ABANDONED] > value) words[at + ABANDONED] = value;
    Atomics.store(words, at + VALUE, value);
  }

  /**
   * Forgets what this participant took and others gave back, so that a count
   * which only grows does not overflow.
   */
  #writeOff(): void {
    const { words } = this.#memory;
    this.#enter();
    const excess = words[this.#at + TOTAL] - words[this.#at + INITIAL];
    if (excess > 0) this.#forget(Math.min(excess, this.#holders.own >> 1));
    this.#leave();
  }

  #forget(permits: number): void {
    const total = this.#memory.words[this.#at + TOTAL];
    this.#holders.settle(this.#holders.own - 2 * permits, total - permits);
  }
}
