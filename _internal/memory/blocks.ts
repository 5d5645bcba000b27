import {
  BLOCK_SIZES,
  BLOCK_TABLE,
  HEADER,
  UNIT_BYTES,
  UNIT_COUNT,
} from "./layout.ts";
import type { Memory } from "./memory.ts";
import { enter, leave } from "./mutex.ts";

/*
 * A block is 2^n units. Its first unit's entry says whose it is and how large:
 *
 * | tag     | info             | means                                 |
 * | ------- | ---------------- | ------------------------------------- |
 * | 0       | next free unit   | free, in the list of its size         |
 * | id      | sequence \| size | being carried by that participant     |
 * | -cell-1 | sequence \| size | belongs to that cell                  |
 *
 * The sequence tells a block from the next one at the same place. The order of the
 * stores is such that an owner of the mutex who dies between any two of them loses a
 * block at worst, and never gives one out twice.
 */

/** Free units above this number give their physical memory back: 256 MiB. */
const CACHED_UNITS = 4096;

/** From this size on it is better to get zeroes from the kernel: 1 MiB. */
const DISCARDED_UNITS = 16;

/** Bits of the info word that are the block's size. */
const SIZE_BITS = 5;
const SIZE = (1 << SIZE_BITS) - 1;

/** The tag of what belongs to a cell. */
export function tagOfCell(cell: number): number {
  return -cell - 1;
}

/**
 * Takes a block of at least so many bytes.
 *
 * @returns its first unit
 * @throws {RangeError} if the memory is exhausted
 */
export function allocate(
  memory: Memory,
  byteLength: number,
  tag: number,
): number {
  const unit = take(memory, byteLength, tag);
  return unit < 0 ? ~unit : unit;
}

/** The same, with zeroes in it. Touches no memory that has never been used. */
export function allocateZeroes(
  memory: Memory,
  byteLength: number,
  tag: number,
): number {
  const taken = take(memory, byteLength, tag);
  if (taken >= 0) return taken;
  const unit = ~taken;
  const units = Math.ceil(byteLength / UNIT_BYTES);
  if (units < DISCARDED_UNITS || !memory.discard(unit, units)) {
    memory.bytes(unit, byteLength).fill(0);
  }
  return unit;
}

/** How many bytes there are from a unit on that are that tag's; 0 if none. */
export function capacityOf(memory: Memory, unit: number, tag: number): number {
  const { words } = memory;
  if (
    !Number.isInteger(unit) || unit < 0 ||
    unit >= Atomics.load(words, HEADER.UNIT_TOP) ||
    Atomics.load(words, tagAt(unit)) !== tag
  ) return 0;
  return UNIT_BYTES * 2 ** (words[infoAt(unit)] & SIZE);
}

/** @returns the first unit, or its complement if the block has been used before */
function take(memory: Memory, byteLength: number, tag: number): number {
  const units = Math.max(1, Math.ceil(byteLength / UNIT_BYTES));
  const size = units === 1 ? 0 : Math.ceil(Math.log2(units));
  if (size >= BLOCK_SIZES) throw exhausted(byteLength);
  const { words } = memory;
  enter(memory, HEADER.BLOCK_MUTEX);
  try {
    let unit = words[HEADER.BLOCK_FREE + size] - 1;
    const isUsed = unit >= 0;
    if (isUsed) {
      words[HEADER.BLOCK_FREE + size] = words[infoAt(unit)];
      words[HEADER.UNITS_CACHED] = Math.max(
        0,
        words[HEADER.UNITS_CACHED] - (1 << size),
      );
    } else {
      const length = 1 << size;
      const top = words[HEADER.UNIT_TOP];
      // Aligned to its size, so that no block lies across two views, unless it is larger than one.
      unit = Math.ceil(top / length) * length;
      if (unit + length > UNIT_COUNT) throw exhausted(byteLength);
      if (!memory.grow(unit + length - 1)) throw exhausted(byteLength);
      words[HEADER.UNIT_TOP] = unit + length;
    }
    words[infoAt(unit)] = words[HEADER.BLOCK_SEQUENCE]++ << SIZE_BITS | size;
    Atomics.store(words, tagAt(unit), tag);
    return isUsed ? ~unit : unit;
  } finally {
    leave(memory, HEADER.BLOCK_MUTEX);
  }
}

/** Passes a block on; does nothing if it is not `from`'s any more. */
export function retag(
  memory: Memory,
  unit: number,
  from: number,
  to: number,
): boolean {
  return Atomics.compareExchange(memory.words, tagAt(unit), from, to) === from;
}

/** What tells a block that we may look at from others at the same place. */
export function sequenceOf(memory: Memory, unit: number): number {
  return memory.words[infoAt(unit)] >>> SIZE_BITS;
}

/**
 * Frees a block; does nothing if it is not `tag`'s any more.
 *
 * @param sequence says which one is meant, if there may be another in its place
 */
export function releaseBlock(
  memory: Memory,
  unit: number,
  tag: number,
  sequence?: number,
): void {
  const { words } = memory;
  enter(memory, HEADER.BLOCK_MUTEX);
  try {
    if (Atomics.load(words, tagAt(unit)) !== tag) return;
    if (sequence !== undefined && sequenceOf(memory, unit) !== sequence) return;
    const size = words[infoAt(unit)] & SIZE;
    const length = 1 << size;
    if (
      words[HEADER.UNITS_CACHED] + length <= CACHED_UNITS ||
      !memory.discard(unit, length)
    ) words[HEADER.UNITS_CACHED] += length;
    // First of all nobody's: who has a tag must have a size.
    Atomics.store(words, tagAt(unit), 0);
    words[infoAt(unit)] = words[HEADER.BLOCK_FREE + size];
    words[HEADER.BLOCK_FREE + size] = unit + 1;
  } finally {
    leave(memory, HEADER.BLOCK_MUTEX);
  }
}

/** Frees every block with that tag. */
export function releaseAll(memory: Memory, tag: number): void {
  const top = Atomics.load(memory.words, HEADER.UNIT_TOP);
  for (let unit = 0; unit < top; unit++) {
    if (Atomics.load(memory.words, tagAt(unit)) === tag) {
      releaseBlock(memory, unit, tag);
    }
  }
}

/** How many units are in use, for leak tests. */
export function unitsInUse(memory: Memory): number {
  const top = Atomics.load(memory.words, HEADER.UNIT_TOP);
  let used = 0;
  for (let unit = 0; unit < top; unit++) {
    if (Atomics.load(memory.words, tagAt(unit)) !== 0) {
      used += 1 << (memory.words[infoAt(unit)] & SIZE);
    }
  }
  return used;
}

function tagAt(unit: number): number {
  return BLOCK_TABLE + unit * 2;
}

function infoAt(unit: number): number {
  return BLOCK_TABLE + unit * 2 + 1;
}

function exhausted(byteLength: number): RangeError {
  return new RangeError(
    `Cannot allocate ${byteLength} bytes: the shared memory of this program is exhausted`,
  );
}
