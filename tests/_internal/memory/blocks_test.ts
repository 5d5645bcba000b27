import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import {
  allocate,
  CELL_COUNT,
  releaseAll,
  releaseBlock,
  retag,
  sequenceOf,
  tagOfCell,
  UNIT_BYTES,
  UNIT_COUNT,
  unitsInUse,
} from "../../../_internal/memory/mod.ts";
import { BACKENDS } from "./backends.ts";

for (const { name, memory, test } of BACKENDS) {
  const { self } = memory;

  test(`allocate() in ${name} gives a power of two of units, aligned`, () => {
    const before = unitsInUse(memory);
    for (
      const [byteLength, units] of [
        [0, 1],
        [1, 1],
        [UNIT_BYTES, 1],
        [UNIT_BYTES + 1, 2],
        [UNIT_BYTES * 2 + 1, 4],
        [UNIT_BYTES * 16, 16],
        [UNIT_BYTES * 1024, 1024],
        [UNIT_BYTES * 1024 + 1, 2048],
      ]
    ) {
      const unit = allocate(memory, byteLength, self);
      assertEquals(unit % units, 0);
      assertEquals(unitsInUse(memory), before + units);
      const bytes = memory.bytes(unit, byteLength);
      assertEquals(bytes.length, byteLength);
      if (byteLength > 0) {
        bytes[0] = 1;
        bytes[byteLength - 1] = 2;
        assertEquals(memory.bytes(unit, byteLength).at(-1), 2);
      }
      releaseBlock(memory, unit, self);
      assertEquals(unitsInUse(memory), before);
    }
  });

  test(`allocate() in ${name} gives blocks that do not overlap`, () => {
    const blocks = [1, 3, 1, 70, 2, 1, 9].map((units) => {
      const unit = allocate(memory, units * UNIT_BYTES, self);
      const bytes = memory.bytes(unit, units * UNIT_BYTES);
      bytes.fill(unit & 255);
      return { unit, bytes };
    });
    for (const { unit, bytes } of blocks) {
      assert(bytes.every((byte) => byte === (unit & 255)));
      releaseBlock(memory, unit, self);
    }
  });

  test(`releaseBlock() in ${name} makes room for the next of the size, once`, () => {
    const unit = allocate(memory, 5 * UNIT_BYTES, self);
    const sequence = sequenceOf(memory, unit);
    releaseBlock(memory, unit, self + 1);
    releaseBlock(memory, unit, self, sequence + 1);
    assertEquals(sequenceOf(memory, unit), sequence);
    releaseBlock(memory, unit, self, sequence);
    releaseBlock(memory, unit, self);
    const next = allocate(memory, 8 * UNIT_BYTES, self);
    assertEquals(next, unit);
    assertFalse(sequenceOf(memory, next) === sequence);
    releaseBlock(memory, next, self, sequence);
    const other = allocate(memory, 8 * UNIT_BYTES, self);
    assertFalse(other === next);
    releaseBlock(memory, next, self);
    releaseBlock(memory, other, self);
  });

  test(`retag() in ${name} passes a block on from its owner only`, () => {
    const tag = tagOfCell(5);
    const unit = allocate(memory, 1, self);
    assertFalse(retag(memory, unit, tag, self));
    assert(retag(memory, unit, self, tag));
    assertFalse(retag(memory, unit, self, tag));
    releaseBlock(memory, unit, self);
    assert(retag(memory, unit, tag, self));
    releaseBlock(memory, unit, self);
    assertFalse(retag(memory, unit, self, tag));
  });

  test(`releaseAll() in ${name} frees all blocks of a tag, and no others`, () => {
    const before = unitsInUse(memory);
    const tag = tagOfCell(CELL_COUNT - 1);
    const kept = allocate(memory, 1, self);
    for (let size = 1; size < 20; size++) {
      allocate(memory, size * UNIT_BYTES, tag);
    }
    releaseAll(memory, tag);
    assertEquals(unitsInUse(memory), before + 1);
    releaseBlock(memory, kept, self);
    assertEquals(unitsInUse(memory), before);
  });

  test(`allocate() in ${name} says that the memory is exhausted, and goes on`, () => {
    const before = unitsInUse(memory);
    const huge = UNIT_COUNT * UNIT_BYTES + 1;
    assertThrows(
      () => allocate(memory, huge, self),
      RangeError,
      `Cannot allocate ${huge} bytes: the shared memory of this program is exhausted`,
    );
    // The largest there can be fits at most once.
    const largest = UNIT_COUNT * UNIT_BYTES;
    assertThrows(
      () => {
        allocate(memory, largest, self);
        allocate(memory, largest, self);
      },
      RangeError,
      "is exhausted",
    );
    releaseAll(memory, self);
    const unit = allocate(memory, 100, self);
    releaseBlock(memory, unit, self);
    assertEquals(unitsInUse(memory), before);
  });
}
