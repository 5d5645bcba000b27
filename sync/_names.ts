import { CELL_KIND, releaseCell } from "../_internal/handles/mod.ts";
import {
  CELL,
  cellAt,
  enter,
  forgo,
  generationOf,
  HEADER,
  holdAgain,
  isCell,
  isKept,
  keep,
  leave,
  type Memory,
} from "../_internal/memory/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { BYTES } from "./_shared_bytes.ts";

/*
 * A name is written in the cell of the bytes that it names, and whoever looks for
 * it goes through the cells: so there is no table that could be wrong. One at a
 * time gives, takes or looks up names, under NAMES_MUTEX.
 *
 * | kept | LINKED | means                                      | next              |
 * | ---- | ------ | ------------------------------------------ | ----------------- |
 * | no   | 0      | has no name: its holders alone keep it     | kept              |
 * | yes  | 0      | whoever gave or took its name is at it; or | LINKED, or no/0   |
 * |      |        | has died: no name, so it is not kept       |                   |
 * | yes  | 1      | has its name, which keeps it               | yes/0 by unlink() |
 *
 * The next one to enter is told of a death, and finds those in the middle state.
 */

/** Bytes that a name may have, as those of files. */
const LONGEST = 255;
/** Names that say where to look. */
const PREFIX = "psm_";
const GIVEN = /^psm_([0-9a-z]{1,6})_([0-9a-z]{1,6})$/;

const encoder = new TextEncoder();

/** A cell, as it is now. */
export interface CellReference {
  readonly cell: number;
  readonly generation: number;
}

/**
 * Checks a name, and encodes it.
 *
 * @throws {TypeError} if it is no string
 * @throws {RangeError} if there can be no such name
 */
export function encodeName(doing: string, name: unknown): Uint8Array {
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot ${doing}: its name is ${kindOfValue(name)}, not a string`,
    );
  }
  const bytes = encoder.encode(name);
  const problem = name === ""
    ? "its name is empty"
    : name.includes("\0")
    ? "its name has a NUL in it"
    : !name.isWellFormed()
    ? "its name has half a character in it"
    : bytes.length > LONGEST
    ? `its name is ${bytes.length} bytes long, more than ${LONGEST}`
    : undefined;
  if (problem !== undefined) {
    throw new RangeError(`Cannot ${doing}: ${problem}`);
  }
  return bytes;
}

/** Whether only we give such names. */
export function isReserved(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The name for a cell that was given none. */
export function nameFor(memory: Memory, cell: number): string {
  const generation = generationOf(memory, cell);
  return `${PREFIX}${cell.toString(36)}_${generation.toString(36)}`;
}

/**
 * Gives a cell that we hold its name, which keeps it from here on.
 *
 * @returns `false` if another one has that name
 */
export function link(memory: Memory, cell: number, name: Uint8Array): boolean {
  return exclusively(memory, () => {
    if (find(memory, name) !== undefined) return false;
    const { words } = memory;
    const at = cellAt(cell);
    words[at + BYTES.NAME_HASH] = hashOf(name);
    words[at + BYTES.NAME_LENGTH] = name.length;
    nameBytes(memory, cell).set(name);
    keep(memory, cell);
    Atomics.store(words, at + BYTES.LINKED, 1);
    return true;
  });
}

/** The cell that has a name. We hold it from here on. */
export function lookUp(
  memory: Memory,
  name: Uint8Array,
): CellReference | undefined {
  return exclusively(memory, () => {
    const found = find(memory, name);
    // It is kept by its name; if not, somebody died while it was given one.
    return found !== undefined &&
        holdAgain(memory, found.cell, CELL_KIND.BYTES, found.generation)
      ? found
      : undefined;
  });
}

/**
 * Takes a cell's name away. We need not hold it.
 *
 * @returns `false` if it has none any more
 */
export function unlink(
  memory: Memory,
  { cell, generation }: CellReference,
): boolean {
  let isLast = false;
  const isDone = exclusively(memory, () => {
    if (!isLinked(memory, cell, generation)) return false;
    Atomics.store(memory.words, cellAt(cell) + BYTES.LINKED, 0);
    isLast = forgo(memory, cell);
    return true;
  });
  if (isLast) releaseCell(memory, cell);
  return isDone;
}

/** The name of a cell that we hold, or that keeps it. */
export function nameOf(memory: Memory, cell: number): string {
  return new TextDecoder().decode(nameBytes(memory, cell).slice());
}

function exclusively<T>(memory: Memory, work: () => T): T {
  const unheld: number[] = [];
  if (enter(memory, HEADER.NAMES_MUTEX)) forgoUnnamed(memory, unheld);
  try {
    return work();
  } finally {
    leave(memory, HEADER.NAMES_MUTEX);
    for (const cell of unheld) releaseCell(memory, cell);
  }
}

/** Lets go of what is kept by a name that somebody died in giving or taking. */
function forgoUnnamed(memory: Memory, unheld: number[]): void {
  for (const cell of cellsOfBytes(memory)) {
    if (
      Atomics.load(memory.words, cellAt(cell) + BYTES.LINKED) !== 1 &&
      isKept(memory, cell) && forgo(memory, cell)
    ) unheld.push(cell);
  }
}

function find(memory: Memory, name: Uint8Array): CellReference | undefined {
  const given = GIVEN.exec(new TextDecoder().decode(name));
  if (given !== null) {
    const cell = parseInt(given[1], 36);
    const generation = parseInt(given[2], 36);
    return isLinked(memory, cell, generation) && isNamed(memory, cell, name)
      ? { cell, generation }
      : undefined;
  }
  const hash = hashOf(name);
  for (const cell of cellsOfBytes(memory)) {
    const generation = generationOf(memory, cell);
    if (
      isLinked(memory, cell, generation) &&
      memory.words[cellAt(cell) + BYTES.NAME_HASH] === hash &&
      isNamed(memory, cell, name)
    ) return { cell, generation };
  }
  return undefined;
}

function* cellsOfBytes(memory: Memory): Generator<number> {
  const top = Atomics.load(memory.words, HEADER.CELL_TOP);
  for (let cell = 0; cell < top; cell++) {
    const kind = Atomics.load(memory.words, cellAt(cell) + CELL.KIND);
    if (kind === CELL_KIND.BYTES) yield cell;
  }
}

function isLinked(memory: Memory, cell: number, generation: number): boolean {
  return isCell(memory, cell, CELL_KIND.BYTES, generation) &&
    Atomics.load(memory.words, cellAt(cell) + BYTES.LINKED) === 1;
}

function isNamed(memory: Memory, cell: number, name: Uint8Array): boolean {
  const other = nameBytes(memory, cell);
  return other.length === name.length &&
    other.every((byte, index) => byte === name[index]);
}

function nameBytes(memory: Memory, cell: number): Uint8Array {
  const { words } = memory;
  const at = cellAt(cell);
  const length = words[at + BYTES.NAME_LENGTH];
  return new Uint8Array(
    words.buffer,
    words.byteOffset + (at + BYTES.NAME) * 4,
    length >= 0 && length <= LONGEST ? length : 0,
  );
}

/** FNV-1a. */
function hashOf(name: Uint8Array): number {
  let hash = 0x811c_9dc5 | 0;
  for (const byte of name) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash;
}
