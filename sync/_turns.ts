import {
  CELL,
  CELL_WORDS,
  cellAt,
  clockWord,
  enter,
  Holders,
  holdersWords,
  isAlive,
  isDeserted,
  leave,
  type Memory,
  msFrom,
} from "../_internal/memory/mod.ts";
import {
  hasLivingWaiters,
  hasWaiters,
  sawWaiters,
  WAIT_LIST_WORDS,
} from "../_internal/parking/mod.ts";
import type { Taken } from "./_taken.ts";

/*
 * | WRITER | READERS | means              | next                                   |
 * | ------ | ------- | ------------------ | -------------------------------------- |
 * | 0      | 0       | free               | either of the below                    |
 * | id     | 0       | that one writes    | free, by itself, or by any if it died  |
 * | 0      | n       | n reads go on      | fewer, by each; those of the dead by   |
 * |        |         |                    | any; more, if it is the readers' turn  |
 *
 * The holders say who reads how often, and READERS is their sum. All of it changes
 * under MUTEX. WRITER is one store, so is a count: who dies before that has changed
 * nothing, after that it reads or writes, and is dead, or has gone.
 *
 * Whose turn it is, where both wait:
 *
 * | READERS_TURN | means                                | next                       |
 * | ------------ | ------------------------------------ | -------------------------- |
 * | 0            | readers wait until a writer has been | 1, by a writer that leaves |
 * |              |                                      | while readers wait         |
 * | 1            | writers wait until all the readers   | 0, by who finds no reader  |
 * |              | that waited have come                | waiting, or the turn over  |
 *
 * A turn is an offer: whoever does not come for a while is passed by the others.
 */
const MUTEX = CELL.BODY;
const WRITER = CELL.BODY + 1;
const READERS = CELL.BODY + 2;
const READERS_TURN = CELL.BODY + 3;
/** 1 from the death of one that wrote until another writes. */
const ABANDONED = CELL.BODY + 4;
/** When it became free while somebody waited, see `clock.ts`; or 0. */
const FREED_AT = CELL.BODY + 5;
/** When the readers' turn began. */
const TURN_AT = CELL.BODY + 6;
/** The wait lists, counted from the start of the cell. */
export const WAITING_WRITERS = CELL.BODY + 7;
export const WAITING_READERS = WAITING_WRITERS + WAIT_LIST_WORDS;
const HOLDERS = WAITING_READERS + WAIT_LIST_WORDS;
/** As many as fit. */
const ENTRIES = (CELL_WORDS - HOLDERS - holdersWords(0)) >> 1;

/** Milliseconds for which a free lock is kept for those whose turn it is, and of a turn of readers. */
const PATIENCE_MS = 100;

/** Who is to be woken. */
export type Next = "readers" | "writer" | "nobody";

/** The state of a lock for many readers or one writer. */
export class Turns {
  readonly #memory: Memory;
  readonly #at: number;
  readonly #holders: Holders;

  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    this.#at = cellAt(cell);
    this.#holders = new Holders(memory, cell, this.#at + HOLDERS, ENTRIES);
  }

  /** Reads that go on, and whether somebody writes. */
  get state(): { readers: number; writing: boolean } {
    const { words } = this.#memory;
    const readers = Atomics.load(words, this.#at + READERS);
    return { readers, writing: Atomics.load(words, this.#at + WRITER) !== 0 };
  }

  /** Begins to read, if nobody writes and it is not a writer's turn. */
  read(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (
      words[at + WRITER] !== 0 || !this.#holders.hasOwn ||
      sawWaiters(this.#memory, at + WAITING_WRITERS)
    ) return this.#readWithCare();
    this.#enter();
    if (words[at + WRITER] !== 0) {
      this.#leave();
      return this.#readWithCare();
    }
    this.#holders.add(1);
    words[at + READERS]++;
    const abandoned = words[at + ABANDONED] !== 0;
    this.#leave();
    return abandoned ? "abandoned" : "free";
  }

  /** The same for the first time, and where others are in the way. */
  #readWithCare(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (!this.#mayBeOpen()) return "none";
    this.#enter();
    try {
      this.#reclaim();
      if (words[at + WRITER] !== 0 || !this.#mayRead()) return "none";
      this.#holders.add(1);
      words[at + READERS]++;
      return words[at + ABANDONED] !== 0 ? "abandoned" : "free";
    } finally {
      this.#leave();
    }
  }

  /** Begins to write, if nobody reads or writes and it is not the readers' turn. */
  write(): Taken {
    const { words } = this.#memory;
    const at = this.#at;
    if (words[at + WRITER] !== 0 || words[at + READERS] !== 0) {
      return this.#writeWithCare();
    }
    this.#enter();
    const isFree = words[at + WRITER] === 0 && words[at + READERS] === 0 &&
      words[at + READERS_TURN] === 0 && words[at + ABANDONED] === 0;
    if (isFree) words[at + WRITER] = this.#memory.self;
    this.#leave();
    return isFree ? "free" : this.#writeWithCare();
  }

  /** The same where others are in the way, or one has died while it wrote. */
  #writeWithCare(): Taken {
    const { words, self } = this.#memory;
    const at = this.#at;
    if (!this.#mayBeFree()) return "none";
    this.#enter();
    this.#reclaim();
    const isFree = words[at + WRITER] === 0 && words[at + READERS] === 0 &&
      (words[at + READERS_TURN] === 0 || this.#mayWrite());
    const abandoned = words[at + ABANDONED] !== 0;
    if (isFree) {
      Atomics.store(words, at + WRITER, self);
      // After that: if this one dies, too, it is abandoned again.
      words[at + ABANDONED] = 0;
    }
    this.#leave();
    return !isFree ? "none" : abandoned ? "abandoned" : "free";
  }

  /** Ends one read of this participant. */
  endRead(): Next {
    const { words } = this.#memory;
    const at = this.#at;
    this.#enter();
    this.#holders.own--;
    const left = words[at + READERS] - 1;
    words[at + READERS] = left;
    if (left === 0) words[at + FREED_AT] = this.#sawWaiters() ? clockWord() : 0;
    this.#leave();
    return left === 0 && this.#isAwaited() ? this.next() : "nobody";
  }

  /** Ends the write of this participant. */
  endWrite(): Next {
    const { words } = this.#memory;
    const at = this.#at;
    this.#enter();
    words[at + FREED_AT] = 0;
    if (this.#sawWaiters()) this.#offer();
    words[at + WRITER] = 0;
    this.#leave();
    return this.#isAwaited() ? this.next() : "nobody";
  }

  /** Who can go on now that somebody has left, or waits no more. */
  next(): Next {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    if (this.#isWritten()) return "nobody";
    if (
      hasLivingWaiters(memory, at + WAITING_READERS) &&
      (this.#isReadersTurn() ||
        !hasLivingWaiters(memory, at + WAITING_WRITERS))
    ) return "readers";
    return Atomics.load(words, at + READERS) === 0 ? "writer" : "nobody";
  }

  /** Whether a read is not to wait for the writers that wait. */
  #mayRead(): boolean {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    if (words[at + READERS_TURN] !== 0) {
      // One that is late, and finds it free, is let in: nobody else has been woken.
      const isOpen = this.#isReadersTurn() || words[at + READERS] === 0;
      if (isOpen && hasLivingWaiters(memory, at + WAITING_READERS)) return true;
      words[at + READERS_TURN] = 0;
    }
    return !hasLivingWaiters(memory, at + WAITING_WRITERS) ||
      (words[at + READERS] === 0 && this.#isOverdue());
  }

  /** Whether a write is not to wait for the readers whose turn it is. */
  #mayWrite(): boolean {
    const { words } = this.#memory;
    const at = this.#at;
    if (
      this.#isReadersTurn() &&
      hasLivingWaiters(this.#memory, at + WAITING_READERS)
    ) return false;
    words[at + READERS_TURN] = 0;
    return true;
  }

  /** Whether it is worth entering to read. */
  #mayBeOpen(): boolean {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    if (this.#isDeserted()) return true;
    if (this.#isWritten()) return false;
    return Atomics.load(words, at + READERS) === 0 ||
      Atomics.load(words, at + READERS_TURN) !== 0 ||
      !hasLivingWaiters(memory, at + WAITING_WRITERS) ||
      this.#holders.hasDead();
  }

  /** Whether it is worth entering to write. */
  #mayBeFree(): boolean {
    const { words } = this.#memory;
    if (this.#isWritten()) return this.#isDeserted();
    return Atomics.load(words, this.#at + READERS) === 0 ||
      this.#holders.hasDead() || this.#isDeserted();
  }

  #isWritten(): boolean {
    const writer = Atomics.load(this.#memory.words, this.#at + WRITER);
    return writer !== 0 && isAlive(this.#memory, writer);
  }

  /** Takes from the dead what they hold. */
  #reclaim(): void {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    if (words[at + WRITER] !== 0 && !isAlive(memory, words[at + WRITER])) {
      words[at + ABANDONED] = 1;
      this.#offer();
      Atomics.store(words, at + WRITER, 0);
    }
    if (this.#holders.reclaim() === 0) return;
    words[at + READERS] = this.#holders.sum;
    if (words[at + READERS] === 0) words[at + FREED_AT] = clockWord();
  }

  #sawWaiters(): boolean {
    return sawWaiters(this.#memory, this.#at + WAITING_WRITERS) ||
      sawWaiters(this.#memory, this.#at + WAITING_READERS);
  }

  /** Whether somebody is to be woken, after a change. */
  #isAwaited(): boolean {
    return hasWaiters(this.#memory, this.#at + WAITING_WRITERS) ||
      hasWaiters(this.#memory, this.#at + WAITING_READERS);
  }

  /** Offers what a writer leaves to those who wait, first of all to readers. */
  #offer(): void {
    const { words } = this.#memory;
    const at = this.#at;
    words[at + FREED_AT] = clockWord();
    if (hasLivingWaiters(this.#memory, at + WAITING_READERS)) {
      words[at + TURN_AT] = words[at + FREED_AT];
      words[at + READERS_TURN] = 1;
    }
  }

  /** Whether readers that waited may still come before writers: not for ever, as one may be busy. */
  #isReadersTurn(): boolean {
    const { words } = this.#memory;
    const at = this.#at;
    return Atomics.load(words, at + READERS_TURN) !== 0 &&
      msFrom(words[at + TURN_AT]) < PATIENCE_MS;
  }

  /** Whether it is free for so long that those whose turn it is do not come. */
  #isOverdue(): boolean {
    const freedAt = this.#memory.words[this.#at + FREED_AT];
    return msFrom(freedAt) >= PATIENCE_MS;
  }

  #isDeserted(): boolean {
    return isDeserted(this.#memory, this.#at + MUTEX);
  }

  #enter(): void {
    if (!enter(this.#memory, this.#at + MUTEX)) return;
    this.#memory.words[this.#at + READERS] = this.#holders.sum;
  }

  #leave(): void {
    leave(this.#memory, this.#at + MUTEX);
  }
}
