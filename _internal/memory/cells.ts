import {
  CELL,
  CELL_COUNT,
  CELL_WORDS,
  cellAt,
  GONE,
  HAS_BLOCKS,
  HEADER,
  KEPT,
  LOST,
  PARTICIPANT,
  participantAt,
  SEALED,
  SEEN,
  SLOT_COUNT,
  slotOf,
} from "./layout.ts";
import type { Memory } from "./memory.ts";
import { enter, leave } from "./mutex.ts";
import { isAlive } from "./participants.ts";

/*
 * Who holds a cell: a bit for each participant with a handle to it, and a count
 * of the handles on their way in messages. Whoever finds neither after letting
 * go seals it; a sealed cell is freed once its peer is sealed too. Between any two
 * of these steps somebody may die: the reaper meets such orphans, too.
 */

/** What a cell is for. */
export type CellKind = number;

/**
 * Takes a cell of zeroes, held by this participant.
 *
 * @throws {RangeError} if the memory is exhausted
 */
export function allocateCell(memory: Memory, kind: CellKind): number {
  const { words } = memory;
  enter(memory, HEADER.CELL_MUTEX);
  try {
    let cell = words[HEADER.CELL_FREE] - 1;
    if (cell >= 0) {
      words[HEADER.CELL_FREE] = words[cellAt(cell) + CELL.PEER];
    } else {
      cell = words[HEADER.CELL_TOP];
      if (cell === CELL_COUNT) {
        throw new RangeError(
          `Cannot create: ${CELL_COUNT} shared objects exist in this program; let go of some, and let the event loop turn so that they can be collected`,
        );
      }
      words[HEADER.CELL_TOP] = cell + 1;
    }
    const at = cellAt(cell);
    words.fill(0, at + CELL.TRANSIT, at + CELL_WORDS);
    words[at + CELL.GENERATION] = nextGeneration(words, at);
    hold(memory, cell, memory.self);
    Atomics.store(words, at + CELL.KIND, kind);
    return cell;
  } finally {
    leave(memory, HEADER.CELL_MUTEX);
  }
}

/** Gives a cell that we hold, and that was reserved, its use. */
export function setKind(memory: Memory, cell: number, kind: CellKind): void {
  Atomics.store(memory.words, cellAt(cell) + CELL.KIND, kind);
}

/** Ties two cells, so that they are freed together. */
export function pair(memory: Memory, first: number, second: number): void {
  Atomics.store(memory.words, cellAt(first) + CELL.PEER, second + 1);
  Atomics.store(memory.words, cellAt(second) + CELL.PEER, first + 1);
}

/** Whether the cell is still the one that a handle meant. */
export function isCell(
  memory: Memory,
  cell: number,
  kind: CellKind,
  generation: number,
): boolean {
  if (!Number.isInteger(cell) || cell < 0 || cell >= CELL_COUNT) return false;
  const at = cellAt(cell);
  return Atomics.load(memory.words, at + CELL.KIND) === kind &&
    Atomics.load(memory.words, at + CELL.GENERATION) === generation;
}

/** Generation of a cell that we hold. */
export function generationOf(memory: Memory, cell: number): number {
  return Atomics.load(memory.words, cellAt(cell) + CELL.GENERATION);
}

/** Notes that a participant holds the cell. Somebody must hold it already. */
export function hold(memory: Memory, cell: number, id: number): void {
  const slot = slotOf(id);
  Atomics.or(
    memory.words,
    cellAt(cell) + CELL.HOLDERS + (slot >> 5),
    1 << (slot & 31),
  );
}

/** Whether a participant holds the cell. */
export function isHeldBy(memory: Memory, cell: number, id: number): boolean {
  const slot = slotOf(id);
  const at = cellAt(cell) + CELL.HOLDERS + (slot >> 5);
  return (Atomics.load(memory.words, at) & (1 << (slot & 31))) !== 0;
}

/**
 * Whether a client of a hub, in another process, holds the cell, or the one that it is
 * paired with. In thread memory.
 */
export function isHeldElsewhere(memory: Memory, cell: number): boolean {
  const { words } = memory;
  const peer = peerOf(memory, cell);
  const top = Atomics.load(words, HEADER.SLOT_TOP);
  for (let slot = 0; slot < top; slot++) {
    if (words[participantAt(slot) + PARTICIPANT.IS_CLIENT] === 0) continue;
    if (isHeldBy(memory, cell, slot)) return true;
    if (peer >= 0 && isHeldBy(memory, peer, slot)) return true;
  }
  return false;
}

/**
 * Whether, as things are, only this participant can use a cell, and the one that it is paired with:
 * nobody else holds them, and they are on their way to nobody.
 */
export function isOursAlone(memory: Memory, cell: number): boolean {
  if (cell < 0) return false;
  const peer = peerOf(memory, cell);
  return isAlone(memory, cell) && (peer < 0 || isAlone(memory, peer));
}

function isAlone(memory: Memory, cell: number): boolean {
  const transit = Atomics.load(memory.words, cellAt(cell) + CELL.TRANSIT);
  return transit === 0 && !isKept(memory, cell) &&
    !hasHolder(memory, cell, slotOf(memory.self));
}

/** Notes that blocks are about to bear the tag of the cell. */
export function noteBlocks(memory: Memory, cell: number): void {
  Atomics.or(memory.words, cellAt(cell) + CELL.FLAGS, HAS_BLOCKS);
}

/** Whether blocks may bear the tag of the cell. */
export function hasBlocks(memory: Memory, cell: number): boolean {
  const at = cellAt(cell) + CELL.FLAGS;
  return (Atomics.load(memory.words, at) & HAS_BLOCKS) !== 0;
}

/** Keeps a cell that we hold, whoever lets go of it, until {@linkcode forgo}. */
export function keep(memory: Memory, cell: number): void {
  Atomics.or(memory.words, cellAt(cell) + CELL.FLAGS, KEPT);
}

/** Whether {@linkcode keep} keeps the cell. */
export function isKept(memory: Memory, cell: number): boolean {
  const at = cellAt(cell) + CELL.FLAGS;
  return (Atomics.load(memory.words, at) & KEPT) !== 0;
}

/**
 * Ends what {@linkcode keep} began.
 *
 * @returns whether nobody holds the cell now, so that it may be freed
 */
export function forgo(memory: Memory, cell: number): boolean {
  const at = cellAt(cell) + CELL.FLAGS;
  // Settles which of several that end it answers for the cell.
  return (Atomics.and(memory.words, at, ~KEPT) & KEPT) !== 0 &&
    sealIfUnheld(memory, cell);
}

/** Notes that a thread sees the bytes of a cell. */
export function noteSeen(memory: Memory, cell: number): void {
  Atomics.or(memory.words, cellAt(cell) + CELL.FLAGS, SEEN);
}

/**
 * A thread that held the cell was terminated. It may compute on for as long as it likes, so
 * bytes that it sees must not become those of others.
 */
export function loseIfSeen(memory: Memory, cell: number): void {
  const at = cellAt(cell) + CELL.FLAGS;
  if ((Atomics.load(memory.words, at) & SEEN) === 0) return;
  Atomics.or(memory.words, at, LOST);
}

/** Notes that a message which carries the cell has been sent. */
export function send(memory: Memory, cell: number): void {
  Atomics.add(memory.words, cellAt(cell) + CELL.TRANSIT, 1);
}

/** Notes that this participant has received such a message. */
export function receive(memory: Memory, cell: number): void {
  hold(memory, cell, memory.self);
  Atomics.sub(memory.words, cellAt(cell) + CELL.TRANSIT, 1);
}

/** Notes that such a message will not be received. */
export function drop(memory: Memory, cell: number): boolean {
  Atomics.sub(memory.words, cellAt(cell) + CELL.TRANSIT, 1);
  return sealIfUnheld(memory, cell);
}

/**
 * Notes that a participant holds the cell no more.
 *
 * @returns whether nobody does now, so that the cell may be freed
 */
export function letGo(memory: Memory, cell: number, id: number): boolean {
  const slot = slotOf(id);
  const bit = 1 << (slot & 31);
  const at = cellAt(cell) + CELL.HOLDERS + (slot >> 5);
  if ((Atomics.and(memory.words, at, ~bit) & bit) === 0) {
    return isOrphan(memory, cell) &&
      (kindOfWord(memory, cell) < 0 || isSealed(memory, cell) ||
        sealIfUnheld(memory, cell));
  }
  return sealIfUnheld(memory, cell);
}

/** Holds a cell again after letting go, even if nobody did meanwhile. */
export function holdAgain(
  memory: Memory,
  cell: number,
  kind: CellKind,
  generation: number,
): boolean {
  enter(memory, HEADER.CELL_MUTEX);
  try {
    if (!isCell(memory, cell, kind, generation)) return false;
    hold(memory, cell, memory.self);
    Atomics.compareExchange(
      memory.words,
      cellAt(cell) + CELL.TRANSIT,
      SEALED,
      0,
    );
    return true;
  } finally {
    leave(memory, HEADER.CELL_MUTEX);
  }
}

/** What a cell is for; 0 for a free one. */
export function kindOf(memory: Memory, cell: number): CellKind {
  return Math.abs(kindOfWord(memory, cell));
}

/** The cell that this one is tied to, or -1. */
export function peerOf(memory: Memory, cell: number): number {
  return Atomics.load(memory.words, cellAt(cell) + CELL.PEER) - 1;
}

/** Whether nobody holds the cell. */
export function isSealed(memory: Memory, cell: number): boolean {
  return Atomics.load(memory.words, cellAt(cell) + CELL.TRANSIT) === SEALED;
}

/**
 * Makes a sealed cell, and its peer, free for others.
 *
 * @param empty is called for each cell before it is given up
 */
export function freeCell(
  memory: Memory,
  cell: number,
  empty: (cell: number) => void,
): void {
  const { words } = memory;
  enter(memory, HEADER.CELL_MUTEX);
  const cells = takeToEmpty(memory, cell);
  leave(memory, HEADER.CELL_MUTEX);
  for (const each of cells) {
    empty(each);
    const at = cellAt(each);
    enter(memory, HEADER.CELL_MUTEX);
    words[at + CELL.PEER] = words[HEADER.CELL_FREE];
    Atomics.store(words, at + CELL.TRANSIT, GONE);
    Atomics.store(words, at + CELL.KIND, 0);
    words[HEADER.CELL_FREE] = each + 1;
    leave(memory, HEADER.CELL_MUTEX);
  }
}

/** Makes this participant the one to empty a cell, and its peer, if it is time to. */
function takeToEmpty(memory: Memory, cell: number): number[] {
  const { words } = memory;
  const at = cellAt(cell);
  const kind = words[at + CELL.KIND];
  if (kind < 0) {
    if (isAlive(memory, words[at + CELL.TRANSIT])) return [];
    Atomics.store(words, at + CELL.TRANSIT, memory.self);
    return [cell];
  }
  const peer = words[at + CELL.PEER] - 1;
  // One that does not point back has been freed: the two were never tied for good.
  const alone = peer < 0 || words[cellAt(peer) + CELL.PEER] !== cell + 1 ||
    words[cellAt(peer) + CELL.KIND] < 0;
  const cells = alone ? [cell] : [cell, peer];
  if (!cells.every((each) => isSealed(memory, each))) return [];
  for (const each of cells) {
    const start = cellAt(each);
    // From here on no handle is good for it any more.
    words[start + CELL.GENERATION] = nextGeneration(words, start);
    Atomics.store(words, start + CELL.KIND, -words[start + CELL.KIND]);
    Atomics.store(words, start + CELL.TRANSIT, memory.self);
  }
  return cells;
}

/**
 * Calls `visit` for every cell that a participant holds, and for those that
 * somebody who has died was about to free.
 */
export function forEachHeld(
  memory: Memory,
  id: number,
  visit: (cell: number) => void,
): void {
  const slot = slotOf(id);
  const word = CELL.HOLDERS + (slot >> 5);
  const bit = 1 << (slot & 31);
  const top = Atomics.load(memory.words, HEADER.CELL_TOP);
  for (let cell = 0; cell < top; cell++) {
    if (
      (memory.words[cellAt(cell) + word] & bit) !== 0 || isOrphan(memory, cell)
    ) visit(cell);
  }
}

/** How many cells are in use, for leak tests. */
export function cellsInUse(memory: Memory): number {
  const top = Atomics.load(memory.words, HEADER.CELL_TOP);
  let used = 0;
  for (let cell = 0; cell < top; cell++) {
    if (Atomics.load(memory.words, cellAt(cell) + CELL.KIND) !== 0) used++;
  }
  return used;
}

function sealIfUnheld(memory: Memory, cell: number): boolean {
  const { words } = memory;
  const at = cellAt(cell);
  for (;;) {
    // First the count, then the bits: a receiver sets its bit before it counts.
    const transit = Atomics.load(words, at + CELL.TRANSIT);
    if (transit > 0 || transit === SEALED || isHeld(memory, cell)) return false;
    // Settles which of two that let go at once is the last.
    if (
      Atomics.compareExchange(words, at + CELL.TRANSIT, transit, SEALED) !==
        transit
    ) continue;
    // A handle may have been sent and received while we looked at the bits.
    if (!isHeld(memory, cell)) return true;
    if (
      Atomics.compareExchange(words, at + CELL.TRANSIT, SEALED, transit) !==
        SEALED
    ) return false;
  }
}

function isHeld(memory: Memory, cell: number): boolean {
  if (hasHolder(memory, cell)) return true;
  const flags = Atomics.load(memory.words, cellAt(cell) + CELL.FLAGS);
  return (flags & (KEPT | LOST)) !== 0;
}

/** Whether any participant holds the cell, but for the one in a slot. */
function hasHolder(memory: Memory, cell: number, but = -1): boolean {
  const at = cellAt(cell) + CELL.HOLDERS;
  for (let word = 0; word < SLOT_COUNT / 32; word++) {
    const ignored = word === but >> 5 ? 1 << (but & 31) : 0;
    if ((Atomics.load(memory.words, at + word) & ~ignored) !== 0) return true;
  }
  return false;
}

/** Whether whoever was about to free the cell has died, or may have. */
function isOrphan(memory: Memory, cell: number): boolean {
  const kind = kindOfWord(memory, cell);
  if (kind === 0) return false;
  const transit = Atomics.load(memory.words, cellAt(cell) + CELL.TRANSIT);
  return kind < 0
    ? !isAlive(memory, transit)
    : transit <= 0 && !isHeld(memory, cell);
}

function kindOfWord(memory: Memory, cell: number): CellKind {
  return Atomics.load(memory.words, cellAt(cell) + CELL.KIND);
}

function nextGeneration(words: Int32Array, at: number): number {
  return words[at + CELL.GENERATION] + 1 & 0x7fff_ffff;
}
