import { allocate, tagOfCell } from "./blocks.ts";
import { noteBlocks } from "./cells.ts";
import { HEADER, SLOT_COUNT, slotOf } from "./layout.ts";
import type { Memory } from "./memory.ts";
import { isAlive } from "./participants.ts";

/*
 * Who has how much of what a cell gives out: entries of a participant's id and a
 * count. The first are in the cell; whoever finds no room there has a place by its
 * slot in a block. Everything but `hasDead` is done inside the critical section of
 * the primitive.
 *
 * | id            | count | means                      | next                          |
 * | ------------- | ----- | -------------------------- | ----------------------------- |
 * | 0, or dead    | 0     | free                       | id, by whoever needs a place  |
 * | id            | n     | that participant has n     | any count, by itself          |
 * | of a dead one | n > 0 | what the dead one has left | 0, by any that `reclaim`s     |
 *
 * A count is one store. What changes a count and the total together is written
 * down first, and SETTLING commits it: whoever comes after one that died then does
 * it again, by `repair`, to the same end.
 */
const BLOCK = 0;
const SETTLING = 1;
const COUNT_AFTER = 2;
const TOTAL_AFTER = 3;
const ENTRIES = 4;

/** Entries in what processors pass among each other: the first are taken apart. */
const SPREAD = 8;

/** Words that a table with so many entries takes in a cell. */
export function holdersWords(entries: number): number {
  return ENTRIES + 2 * entries;
}

/** What is left of a total when somebody died who had so much of it. */
export type TotalAfter = (held: number, total: number) => number;

/** Who has how much. */
export class Holders {
  readonly #memory: Memory;
  readonly #cell: number;
  readonly #at: number;
  readonly #entries: number;
  readonly #total: number;
  /** What is in the block, once it is known to be there. */
  #block: Int32Array | undefined;
  /** The entry of this participant, and where its count is. It stays ours. */
  #own = -1;
  #ownWords: Int32Array;
  #ownAt = 0;

  /**
   * @param cell that it belongs to
   * @param at first word of the table, of zeroes at first
   * @param entries how many are in the cell
   * @param total word of the total, if there is one
   */
  constructor(
    memory: Memory,
    cell: number,
    at: number,
    entries: number,
    total = -1,
  ) {
    this.#memory = memory;
    this.#cell = cell;
    this.#at = at;
    this.#entries = entries;
    this.#total = total;
    this.#ownWords = memory.words;
  }

  /**
   * Whether this participant is known to have an entry. If not, it must
   * {@linkcode reclaim} before it adds to it: the place may be a dead one's.
   */
  get hasOwn(): boolean {
    return this.#own >= 0;
  }

  /** What this participant has. */
  get own(): number {
    return this.#own >= 0 || this.#find() ? this.#ownWords[this.#ownAt] : 0;
  }

  /** Sets what this participant has; it must have an entry. */
  set own(count: number) {
    this.#ownWords[this.#ownAt] = count;
  }

  /**
   * Adds to what this participant has.
   *
   * @returns what it has now
   * @throws {RangeError} if there is no memory for its entry
   */
  add(change: number): number {
    if (this.#own < 0 && !this.#find()) this.#claim();
    return this.#ownWords[this.#ownAt] += change;
  }

  /** Sets what this participant has, and the total, as one change. */
  settle(count: number, total: number): void {
    if (this.#own < 0 && !this.#find()) this.#claim();
    this.#settle(this.#own, count, total);
  }

  /** What all have together, the dead among them. */
  get sum(): number {
    return this.addUp((count) => count);
  }

  /** Adds up what is given for each count. */
  addUp(of: (count: number) => number): number {
    const { words } = this.#memory;
    let sum = 0;
    for (let index = 0; index < this.#entries; index++) {
      sum += of(Atomics.load(words, this.#countAt(index)));
    }
    const block = this.#openBlock();
    if (block === undefined) return sum;
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      sum += of(Atomics.load(block, 2 * slot + 1));
    }
    return sum;
  }

  /** Whether somebody who is dead has something. May be asked at any time. */
  hasDead(): boolean {
    return this.#findDead(0) >= 0;
  }

  /**
   * Takes from the dead what they have.
   *
   * @param totalAfter gives the total that each leaves; it stays if left out
   * @returns how much they had
   */
  reclaim(totalAfter?: TotalAfter): number {
    const { words } = this.#memory;
    let reclaimed = 0;
    for (
      let index = this.#findDead(0);
      index >= 0;
      index = this.#findDead(index + 1)
    ) {
      const held = this.#wordsOf(index)[this.#countAt(index)];
      reclaimed += held;
      if (totalAfter === undefined) {
        this.#wordsOf(index)[this.#countAt(index)] = 0;
      } else {
        this.#settle(index, 0, totalAfter(held, words[this.#total]));
      }
    }
    return reclaimed;
  }

  /** Finishes what one that died inside the critical section has begun. */
  repair(): void {
    const { words } = this.#memory;
    const index = words[this.#at + SETTLING] - 1;
    if (index < 0) return;
    this.#wordsOf(index)[this.#countAt(index)] = words[this.#at + COUNT_AFTER];
    words[this.#total] = words[this.#at + TOTAL_AFTER];
    Atomics.store(words, this.#at + SETTLING, 0);
  }

  #settle(index: number, count: number, total: number): void {
    const { words } = this.#memory;
    words[this.#at + COUNT_AFTER] = count;
    words[this.#at + TOTAL_AFTER] = total;
    Atomics.store(words, this.#at + SETTLING, index + 1);
    this.repair();
  }

  /** Finds the entry that this participant has, if it has one. */
  #find(): boolean {
    const { words, self } = this.#memory;
    for (let index = 0; index < this.#entries; index++) {
      if (words[this.#countAt(index) - 1] === self) return this.#keep(index);
    }
    const slot = slotOf(self);
    return this.#openBlock()?.[2 * slot] === self &&
      this.#keep(this.#entries + slot);
  }

  #claim(): void {
    const memory = this.#memory;
    const { words, self } = memory;
    for (let first = 0; first < SPREAD; first++) {
      for (let index = first; index < this.#entries; index += SPREAD) {
        const at = this.#countAt(index);
        if (words[at] !== 0) continue;
        if (words[at - 1] !== 0 && isAlive(memory, words[at - 1])) continue;
        Atomics.store(words, at - 1, self);
        this.#keep(index);
        return;
      }
    }
    const slot = slotOf(self);
    Atomics.store(this.#openBlock() ?? this.#makeBlock(), 2 * slot, self);
    this.#keep(this.#entries + slot);
  }

  #keep(index: number): true {
    this.#own = index;
    this.#ownWords = this.#wordsOf(index);
    this.#ownAt = this.#countAt(index);
    return true;
  }

  #makeBlock(): Int32Array {
    const memory = this.#memory;
    noteBlocks(memory, this.#cell);
    // Who dies before it is linked leaves it to be freed with the cell.
    const unit = allocate(memory, SLOT_COUNT * 8, tagOfCell(this.#cell));
    memory.dataWords(unit, SLOT_COUNT * 2).fill(0);
    Atomics.store(memory.words, this.#at + BLOCK, unit + 1);
    return this.#openBlock()!;
  }

  #openBlock(): Int32Array | undefined {
    if (this.#block !== undefined) return this.#block;
    const unit = Atomics.load(this.#memory.words, this.#at + BLOCK) - 1;
    if (unit < 0) return undefined;
    return this.#block = this.#memory.dataWords(unit, SLOT_COUNT * 2);
  }

  /** The first entry from `index` on of one that is dead and has something, or -1. */
  #findDead(index: number): number {
    const memory = this.#memory;
    const entries = this.#entries;
    for (; index < entries; index++) {
      if (this.#isDead(memory.words, this.#countAt(index))) return index;
    }
    const block = this.#openBlock();
    if (block === undefined) return -1;
    const end = entries + Atomics.load(memory.words, HEADER.SLOT_TOP);
    for (; index < end; index++) {
      if (this.#isDead(block, this.#countAt(index))) return index;
    }
    return -1;
  }

  #isDead(words: Int32Array, countAt: number): boolean {
    return Atomics.load(words, countAt) !== 0 &&
      !isAlive(this.#memory, Atomics.load(words, countAt - 1));
  }

  #wordsOf(index: number): Int32Array {
    return index < this.#entries ? this.#memory.words : this.#openBlock()!;
  }

  /** Where the count of an entry is; its id is before it. */
  #countAt(index: number): number {
    return index < this.#entries
      ? this.#at + ENTRIES + 2 * index + 1
      : 2 * (index - this.#entries) + 1;
  }
}
