/**
 * Where everything lies in a memory. The control area is words (`Int32Array`
 * indices); the data area behind it is 64 KiB units.
 *
 * ```
 * header | participants | block table | cells || data units …
 * ```
 */

/** Marks a memory that has been laid out. */
export const MAGIC = 0x6d70_3031;
/** Header words. */
export const HEADER = {
  MAGIC: 0,
  /** Mutex, free list and high-water mark of the cells. */
  CELL_MUTEX: 16,
  CELL_FREE: 17,
  CELL_TOP: 18,
  /** Mutex of those who clear up after the dead. */
  REAP_MUTEX: 24,
  /** Mutex, high-water mark and free lists (one for each size) of the blocks. */
  BLOCK_MUTEX: 32,
  UNIT_TOP: 33,
  /** Units in free lists that still own physical memory, roughly. */
  UNITS_CACHED: 34,
  /** Counts the blocks that were ever given out; wraps around. */
  BLOCK_SEQUENCE: 35,
  BLOCK_FREE: 40,
  /** One more than the highest slot ever claimed. */
  SLOT_TOP: 72,
  /** Where to look first for a free slot; goes round, so that none is reused soon. */
  SLOT_NEXT: 73,
  /** When somebody last looked for the dead, see `clock.ts`. */
  LAST_SWEEP: 74,
  /** Changes once somebody is dead, and before everybody is woken; wraps around. */
  DEATHS: 75,
  /** Thread memory only: processes and threads that were started in this process. */
  STARTED_PROCESSES: 76,
  STARTED_THREADS: 77,
  /** Thread memory only: whether the main thread hears of Ctrl-C, or is to. */
  INTERRUPT_WATCHED: 78,
  /** When the last turn is that was taken to look for the dead, see `clock.ts`. */
  LAST_TURN: 79,
  /** Thread memory only: where this process has mapped its process memory. */
  ATTACHED: 80,
  ATTACHED_FD: 81,
  ATTACHED_BASE_LOW: 82,
  ATTACHED_BASE_HIGH: 83,
  ATTACHED_MAIN: 84,
  /** Process memory only: 1 once Ctrl-C ends the program, so that nobody else joins. */
  ENDING: 88,
  /** Counts who wants messages that others were lent; wraps around. Hubs sleep on it. */
  LEASES_WANTED: 89,
  /** The key of this program, once somebody has asked for it. */
  PROGRAM_KEY: 96,
  /** Mutex of those who give names to shared memory, and take them away. */
  NAMES_MUTEX: 112,
} as const;

/** Bits of an id that are its slot. */
export const SLOT_BITS = 10;
/** How many processes and threads can be alive at once. */
export const SLOT_COUNT = 1 << SLOT_BITS;
/** First word of the participants' table. */
const PARTICIPANTS = 1024;
/** Words an entry of that table takes. */
const PARTICIPANT_WORDS = 64;
/** Words of a participant's entry. */
export const PARTICIPANT = {
  STATE: 0,
  GENERATION: 1,
  PID: 2,
  /** Id of the participant that started this one; 0 for the first. */
  PARENT: 3,
  /** Id of the main thread of the process it lives in; its own id if that. */
  PROCESS: 4,
  /** Block (unit + 1) that holds its boot record. */
  BOOT: 5,
  /** How a thread ended: 0 while it runs, else exit code + 1. */
  ENDED: 6,
  /** Thread memory only: id of the same isolate in the process memory, if any. */
  TWIN: 7,
  /** Of the main thread of a process: 1 once its parent has killed it. */
  KILLED: 8,
  /** Thread memory only: 1 if it is in another process, and asks a hub. */
  IS_CLIENT: 9,
  /** How its owner sleeps: a value of {@linkcode PARK}. Sleepers sleep on it. */
  PARK: 16,
  /** Write end of the pipe of an owner that parks on one. */
  PIPE: 17,
  /** The wait list that its bell was rung for last; 0 once it has seen that. */
  RUNG_FOR: 18,
  /** The only wait list that it can serve, as it blocks; 0 for all. */
  BLOCKED_ON: 19,
  /** Wait list of those who wait for its end. */
  JOINERS: 20,
  /**
   * When a thread was terminated, see `clock.ts`; never 0 then. It may go on for a
   * moment, writing where it was, so what it left is not freed yet.
   */
  STOPPED_AT: 54,
  /** The id of a dead owner, once it is cleared up after and everybody has been woken. */
  CLEARED: 55,
  /** When it was seen that it had ended, see `clock.ts`, if that may be by Ctrl-C; else 0. */
  INTERRUPTED_AT: 56,
  /** Thread memory only: the participant that the secret in the words after this one is of. */
  SECRET_OF: 57,
  /** What a client of a hub shows to be let in, in four words. */
  SECRET: 58,
} as const;

/**
 * | state    | means                                   | next, and who may change it       |
 * | -------- | --------------------------------------- | --------------------------------- |
 * | FREE     | nobody                                  | -id, by a starter                 |
 * | -id      | being claimed by that starter           | STARTING by it; DEAD by any       |
 * | STARTING | claimed by its starter, not yet running | ALIVE by itself; DEAD by any      |
 * | ALIVE    | running                                 | DEAD by anybody who knows         |
 * | DEAD     | ended; its leavings are still there     | FREE by the reaper, one at a time |
 */
export const STATE = { FREE: 0, STARTING: 1, ALIVE: 2, DEAD: 3 } as const;

/**
 * How a participant sleeps, so how to wake it.
 *
 * | state   | means                                | next                               |
 * | ------- | ------------------------------------ | ---------------------------------- |
 * | AWAKE   | waits for nothing                    | ON_WORD or ON_PIPE, by its owner   |
 * | ON_WORD | sleeps on this word, or is about to  | RUNG by a ringer, who wakes it     |
 * | ON_PIPE | its event loop listens to its pipe   | RUNG by a ringer, who writes to it |
 * | RUNG    | has been woken, has not looked yet   | any of the above, by its owner;    |
 * |         |                                      | LATE by a ringer, a moment later;  |
 * |         |                                      | OVERDUE by who looks for the dead  |
 * | OVERDUE | the same, for longer than a moment   | as above                           |
 * | LATE    | computes, or blocks: others are rung | AWAKE, ON_WORD or ON_PIPE, by its  |
 * |         | in its place                         | owner, who looks then              |
 *
 * The owner stores its state first and looks second; a ringer changes what is to
 * be seen first and reads the state second. So one of the two notices. Whoever makes
 * it LATE rings others for what it has rung that one for.
 *
 * Who is about to block stores in BLOCKED_ON the list for that, and looks whether it has
 * been rung second; a ringer for another list rings first, and reads BLOCKED_ON second.
 * Either hands the ring on.
 */
export const PARK = {
  AWAKE: 0,
  ON_WORD: 1,
  ON_PIPE: 2,
  RUNG: 3,
  OVERDUE: 4,
  LATE: 5,
} as const;

/** Bytes in a unit of the data area. */
export const UNIT_BYTES = 65_536;
/** Most units there can be: 128 GiB, virtual until touched. */
export const UNIT_COUNT = 2_097_152;
/** First word of the block table: a tag and an info word for each unit. */
export const BLOCK_TABLE = 131_072;
/** Number of block sizes: 1, 2, 4 … 2^21 units. */
export const BLOCK_SIZES = 22;

/** Words in a cell. */
export const CELL_WORDS = 128;
/** First word of the cells. */
const CELLS = BLOCK_TABLE + UNIT_COUNT * 2;
/** How many cells there can be. */
export const CELL_COUNT = 77_824;
/**
 * Words in the control area: 54.5 MiB, virtual until touched. Once the views of the memory that are
 * new to the engine have 64 MiB together, it looks through its heap to collect them: this one and
 * the first of the data are less.
 */
export const CONTROL_WORDS = CELLS + CELL_COUNT * CELL_WORDS;
/** First byte of the data area. */
export const DATA = CONTROL_WORDS * 4;
/** Bytes of a whole memory. */
export const MEMORY_BYTES = DATA + UNIT_COUNT * UNIT_BYTES;

/** Words at the start of a cell. */
export const CELL = {
  /** What it is for; 0 when free, negative while it is emptied to be freed. */
  KIND: 0,
  /** Changes each time the cell is given out. */
  GENERATION: 1,
  /**
   * Handles on their way in messages; {@linkcode SEALED} once nobody holds it;
   * then the id of the participant that empties it; {@linkcode GONE} once free.
   */
  TRANSIT: 2,
  /**
   * The cell (+ 1) it can only be freed together with; 0 for none. In a free
   * cell: the next free one (+ 1).
   */
  PEER: 3,
  /** Bitmap of the participants that hold it. */
  HOLDERS: 4,
  /**
   * Bits: {@linkcode HAS_BLOCKS}, {@linkcode KEPT}, {@linkcode SEEN}, {@linkcode LOST}.
   * Each is set and cleared without the others.
   */
  FLAGS: 36,
  /** First word for the primitive's own use. */
  BODY: 37,
} as const;
/** Bit of `FLAGS`: blocks bear the cell's tag, so that freeing it must look for them. */
export const HAS_BLOCKS = 1;
/** The same: the cell is held by no participant, but by its name. */
export const KEPT = 2;
/** The same: a thread has its bytes before it, and can change them by itself. */
export const SEEN = 4;
/** The same: such a thread was terminated, so the cell is free to others never again. */
export const LOST = 8;
/** Value of `TRANSIT` of a cell that nobody holds. */
export const SEALED = -(1 << 30);
/** Value of `TRANSIT` of a free cell: whoever still counts there does no harm. */
export const GONE = 1 << 30;

/** First word of the entry of a participant, by its slot. */
export function participantAt(slot: number): number {
  return PARTICIPANTS + slot * PARTICIPANT_WORDS;
}

/** First word of a cell. */
export function cellAt(cell: number): number {
  return CELLS + cell * CELL_WORDS;
}

/** The cell that a word is in; a negative number if it is in none. */
export function cellOf(word: number): number {
  return Math.floor((word - CELLS) / CELL_WORDS);
}

/** The slot in a participant's id. */
export function slotOf(id: number): number {
  return id & (SLOT_COUNT - 1);
}
