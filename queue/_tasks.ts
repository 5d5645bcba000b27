import type { Channel } from "../_internal/channel/mod.ts";
import {
  CELL_KIND,
  type Holding,
  holdingFor,
  isArriving,
  share,
} from "../_internal/handles/mod.ts";
import {
  allocate,
  CELL,
  cellAt,
  checkStopped,
  HEADER,
  isAlive,
  type Memory,
  noteBlocks,
  SLOT_COUNT,
  slotOf,
  tagOfCell,
  widestMemory,
} from "../_internal/memory/mod.ts";
import { type Parking, parkingOf } from "../_internal/parking/mod.ts";

/*
 * Unfinished items are those in the channel and those that living consumers have
 * taken and not marked done. There is no count of them that a death could spoil:
 * each participant has an entry, by its slot, in a block of the cell.
 *
 * | word  | means                                     | next, and who may change it    |
 * | ----- | ----------------------------------------- | ------------------------------ |
 * | OWNER | id of the participant; another's counts   | its id, by whoever has the     |
 * |       | for nothing, so does that of a dead one   | slot, once TAKEN is 0          |
 * | TURN  | even: it is not taking                    | + 1 by the owner               |
 * |       | odd: it is, or has died taking            | + 1 by it, + 2 by the next one |
 * | TAKEN | items it has taken that are not done      | + 1 by it; - 1 by anybody      |
 *
 * To take: TURN becomes odd; the item leaves the channel; TAKEN + 1; TURN becomes
 * even. So an item is in the channel, or its taker's TURN is odd or TAKEN not 0.
 * Turns only go up: who finds everybody idle, then the channel empty, then all
 * turns as they were, knows that nothing was unfinished when the channel was empty.
 *
 * Who dies taking, between any two of these, counts for nothing from then on; so
 * do the items it had.
 */
const OWNER = 0;
const TURN = 1;
const TAKEN = 2;
/** Words that an entry takes. */
const ENTRY_WORDS = 4;
const TABLE_WORDS = SLOT_COUNT * ENTRY_WORDS;

/** Block (unit + 1) of the entries. */
const TABLE = CELL.BODY;
/** Those who wait for all items to be done. */
const JOINERS = CELL.BODY + 1;

/** Of tasks that are at a hub. */
const NO_TABLE = new Int32Array();

/** Who has taken which items of a queue and not marked them done. */
export class Tasks {
  static {
    share(Tasks, {
      name: "Tasks",
      module: import.meta.url,
      kind: CELL_KIND.TASKS,
      holdingOf: (tasks) => tasks.holding,
      create: () => new Tasks(widestMemory()),
      atHub: { make: () => new Tasks(widestMemory()), methods: {} },
    });
  }

  /** The wait list of those who wait for all items to be done. */
  readonly joiners: number;
  readonly parking: Parking;
  readonly holding: Holding;
  readonly #memory: Memory;
  readonly #table: Int32Array;
  /** Our entry. */
  readonly #own: number;

  /** @param memory where to make them, if they are new */
  constructor(memory: Memory) {
    const isNew = !isArriving();
    this.holding = holdingFor(CELL_KIND.TASKS, () => memory);
    this.#memory = this.holding.memory;
    this.parking = parkingOf(this.#memory);
    const { cell } = this.holding;
    const at = cellAt(cell);
    const isHere = !this.holding.isRelayed;
    if (isNew && isHere) makeTable(this.#memory, cell);
    this.joiners = at + JOINERS;
    const unit = this.#memory.words[at + TABLE] - 1;
    this.#table = isHere ? this.#memory.dataWords(unit, TABLE_WORDS) : NO_TABLE;
    this.#own = entryAt(slotOf(this.#memory.self));
    this.holding.bind(this);
  }

  /** Takes the next message of the channel, if there is one. */
  take(channel: Channel): boolean {
    // Whoever finds nothing must not keep others from finding everybody idle.
    if (!channel.hasMessage()) return false;
    this.#begin();
    let took = false;
    try {
      return took = channel.tryTake();
    } finally {
      this.#end(took);
    }
  }

  /** Marks what was taken last as done: it cannot be given to anybody. */
  giveUp(): void {
    this.#finish(this.#own);
  }

  /**
   * Marks an item as done: one of ours, or of another's if we have none.
   *
   * @returns `false` if nobody has one
   */
  finish(): boolean {
    const { self } = this.#memory;
    const table = this.#table;
    checkStopped(this.#memory);
    const own = this.#own;
    if (table[own + OWNER] === self && this.#finish(own)) return true;
    for (let slot = 0; slot < this.#slotTop; slot++) {
      const at = entryAt(slot);
      const owner = Atomics.load(table, at + OWNER);
      if (
        owner !== 0 && isAlive(this.#memory, owner) && this.#finish(at)
      ) return true;
    }
    return false;
  }

  /** Whether the channel is empty and no living participant has an item that is not done. */
  areDone(channel: Channel): boolean {
    const turns = this.#idleTurns();
    return turns !== undefined && !channel.hasMessage() &&
      turns === this.#idleTurns();
  }

  #begin(): void {
    const { self } = this.#memory;
    const table = this.#table;
    const own = this.#own;
    checkStopped(this.#memory);
    if (table[own + OWNER] !== self) {
      Atomics.store(table, own + TAKEN, 0);
      Atomics.store(table, own + OWNER, self);
    }
    // Odd, also after one that died taking.
    Atomics.store(table, own + TURN, (table[own + TURN] + 1) | 1);
  }

  #end(took: boolean): void {
    const table = this.#table;
    const own = this.#own;
    if (took) Atomics.add(table, own + TAKEN, 1);
    Atomics.store(table, own + TURN, table[own + TURN] + 1);
    // Who looked meanwhile found us taking.
    if (!took) this.#wakeIfIdle(own);
  }

  #finish(at: number): boolean {
    const table = this.#table;
    for (;;) {
      const taken = Atomics.load(table, at + TAKEN);
      if (taken === 0) return false;
      // Settles who of many marks the same item. The entry is still the one we saw:
      // slots are taken in turn, so that none has a new owner soon.
      if (
        Atomics.compareExchange(table, at + TAKEN, taken, taken - 1) === taken
      ) break;
    }
    this.#wakeIfIdle(at);
    return true;
  }

  #wakeIfIdle(at: number): void {
    if (Atomics.load(this.#table, at + TAKEN) === 0) {
      this.parking.wakeAll(this.joiners);
    }
  }

  /** The sum of all turns; `undefined` if somebody is taking, or has an item. */
  #idleTurns(): number | undefined {
    const table = this.#table;
    let turns = 0;
    for (let slot = 0; slot < this.#slotTop; slot++) {
      const at = entryAt(slot);
      const turn = Atomics.load(table, at + TURN);
      turns = turns + turn | 0;
      if ((turn & 1) === 0 && Atomics.load(table, at + TAKEN) === 0) continue;
      // Last: if the slot has a new owner by now, so has it a new turn.
      const owner = Atomics.load(table, at + OWNER);
      if (isAlive(this.#memory, owner)) return undefined;
    }
    return turns;
  }

  get #slotTop(): number {
    return Atomics.load(this.#memory.words, HEADER.SLOT_TOP);
  }
}

function makeTable(memory: Memory, cell: number): void {
  const at = cellAt(cell);
  // Who dies before it is linked leaves it to be freed with the cell.
  noteBlocks(memory, cell);
  const unit = allocate(memory, TABLE_WORDS * 4, tagOfCell(cell));
  memory.dataWords(unit, TABLE_WORDS).fill(0);
  Atomics.store(memory.words, at + TABLE, unit + 1);
}

/** First word of the entry of a slot; those of neighbours are apart. */
function entryAt(slot: number): number {
  return ((slot & 3) << 8 | slot >> 2) * ENTRY_WORDS;
}
