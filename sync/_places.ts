import {
  allocateZeroes,
  isAlive,
  type Memory,
  noteBlocks,
  releaseBlock,
  tagOfCell,
  UNIT_BYTES,
} from "../_internal/memory/mod.ts";

/*
 * Where those stand who wait: three words for each pending wait, the first of them
 * in the cell, the others in a chain of blocks. Places are taken and left in any
 * order; those from TOP on are free, and those before FREE are not, but for one that
 * was left while a taker died.
 */
const BLOCK = 0;
const TOP = 1;
const FREE = 2;
const ENTRIES = 3;
const ENTRY_WORDS = 3;

/** In a block: the next of the chain (its unit + 1), then places. */
const NEXT = 0;
const BLOCK_WORDS = UNIT_BYTES / 4;
const PER_BLOCK = Math.floor((BLOCK_WORDS - 1) / ENTRY_WORDS);

/** Set in the first word of a place, besides its owner's id. */
export const MARK = 1 << 31;

/** The words of a place besides the first. */
export const NOTE = { FIRST: 1, SECOND: 2 } as const;

/** Words that so many places take in a cell. */
export function placesWords(inCell: number): number {
  return ENTRIES + ENTRY_WORDS * inCell;
}

/**
 * Places for those who wait. The first word of each says whose it is:
 *
 * | word      | means                       | next                               |
 * | --------- | --------------------------- | ---------------------------------- |
 * | 0         | free                        | id, by whoever takes it            |
 * | id        | that participant waits      | 0 or id + MARK, by compare and swap |
 * | id + MARK | the same, and was told      | the user of the places says        |
 *
 * The notes beside it are written before it is taken, and after that as the user
 * of the places says. One of a dead participant is as the dead has left it.
 */
export class Places {
  readonly #memory: Memory;
  readonly #cell: number;
  readonly #at: number;
  readonly #inCell: number;
  readonly #blocks: Int32Array[] = [];

  /**
   * @param at first word of the table in the cell, of zeroes at first
   * @param inCell how many places are there
   */
  constructor(memory: Memory, cell: number, at: number, inCell: number) {
    this.#memory = memory;
    this.#cell = cell;
    this.#at = at;
    this.#inCell = inCell;
  }

  /** How many places there are to look at; those behind are free. */
  get top(): number {
    return Atomics.load(this.#memory.words, this.#at + TOP);
  }

  /** Whose a place is, with or without a mark. */
  who(place: number): number {
    return Atomics.load(this.#wordsOf(place), this.#atOf(place));
  }

  /** Changes whose a place is; settles who of several does that first. */
  swap(place: number, from: number, to: number): boolean {
    const seen = Atomics.compareExchange(
      this.#wordsOf(place),
      this.#atOf(place),
      from,
      to,
    );
    if (seen === from && to === 0) this.#noteFree(place);
    return seen === from;
  }

  /** Reads a note of a place. */
  note(place: number, note: number): number {
    return Atomics.load(this.#wordsOf(place), this.#atOf(place) + note);
  }

  /** Writes a note of a place. */
  write(place: number, note: number, value: number): void {
    Atomics.store(this.#wordsOf(place), this.#atOf(place) + note, value);
  }

  /** Whether the owner of a place has died. */
  isDead(who: number): boolean {
    return !isAlive(this.#memory, who & ~MARK);
  }

  /**
   * Takes a place that is free. One takes at a time.
   *
   * @throws {RangeError} if the memory is exhausted
   */
  take(first: number, second: number): number {
    const { words, self } = this.#memory;
    const from = Atomics.load(words, this.#at + FREE);
    for (let place = from;; place++) {
      if (this.who(place) !== 0) continue;
      this.write(place, NOTE.FIRST, first);
      this.write(place, NOTE.SECOND, second);
      // Before it is taken: who looks must not pass it over.
      for (let top = this.top; top <= place; top = this.top) {
        Atomics.compareExchange(words, this.#at + TOP, top, place + 1);
      }
      // Fails only against one that was stopped and goes on for a moment.
      if (!this.swap(place, 0, self)) continue;
      this.#skipTo(place + 1, from);
      this.trim();
      return place;
    }
  }

  /** Forgets the last places that are free. None is to be taken meanwhile. */
  trim(): void {
    const used = this.top;
    let top = used;
    while (top > 0 && this.who(top - 1) === 0) top--;
    if (top !== used) Atomics.store(this.#memory.words, this.#at + TOP, top);
  }

  /** Lets the next look for a free place begin here, where the last one ended. */
  #skipTo(place: number, from: number): void {
    const { words } = this.#memory;
    const at = this.#at + FREE;
    // Fails if a place before these has become free.
    if (Atomics.compareExchange(words, at, from, place) !== from) return;
    // One that became free before that has been seen by nobody.
    for (let passed = from; passed < place - 1; passed++) {
      if (this.who(passed) === 0) return this.#noteFree(passed);
    }
  }

  /** Lets looks for a free place begin here, unless they begin earlier. */
  #noteFree(place: number): void {
    const { words } = this.#memory;
    const at = this.#at + FREE;
    for (
      let free = Atomics.load(words, at);
      free > place;
      free = Atomics.load(words, at)
    ) Atomics.compareExchange(words, at, free, place);
  }

  #wordsOf(place: number): Int32Array {
    if (place < this.#inCell) return this.#memory.words;
    const index = Math.floor((place - this.#inCell) / PER_BLOCK);
    while (index >= this.#blocks.length) this.#openNext();
    return this.#blocks[index];
  }

  #atOf(place: number): number {
    return place < this.#inCell
      ? this.#at + ENTRIES + ENTRY_WORDS * place
      : 1 + ENTRY_WORDS * ((place - this.#inCell) % PER_BLOCK);
  }

  /** Opens the next block of the chain; makes it if there is none. */
  #openNext(): void {
    const memory = this.#memory;
    const last = this.#blocks.at(-1);
    const words = last ?? memory.words;
    const link = last === undefined ? this.#at + BLOCK : NEXT;
    if (Atomics.load(words, link) === 0) {
      noteBlocks(memory, this.#cell);
      const tag = tagOfCell(this.#cell);
      // Who dies before it is linked leaves it to be freed with the cell.
      const unit = allocateZeroes(memory, UNIT_BYTES, tag);
      // As in `take`.
      if (Atomics.compareExchange(words, link, 0, unit + 1) !== 0) {
        releaseBlock(memory, unit, tag);
      }
    }
    const unit = Atomics.load(words, link) - 1;
    this.#blocks.push(memory.dataWords(unit, BLOCK_WORDS));
  }
}
