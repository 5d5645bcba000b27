import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  allocate,
  allocateCell,
  allocateZeroes,
  capacityOf,
  cellsInUse,
  forgo,
  freeCell,
  HEADER,
  isKept,
  keep,
  kindOf,
  letGo,
  noteBlocks,
  releaseBlock,
  tagOfCell,
  UNIT_BYTES,
  unitsInUse,
} from "../../../_internal/memory/mod.ts";
import { releaseCell } from "../../../_internal/handles/mod.ts";
import { BACKENDS } from "./backends.ts";

const KIND = 7;

for (const { name, memory, test } of BACKENDS) {
  const { self } = memory;

  test(`allocateZeroes() in ${name} gives zeroes, whatever the block held before`, () => {
    const before = unitsInUse(memory);
    for (const byteLength of [1, UNIT_BYTES, 3 * UNIT_BYTES, 40 * UNIT_BYTES]) {
      for (let round = 0; round < 3; round++) {
        const unit = round === 1
          ? allocate(memory, byteLength, self)
          : allocateZeroes(memory, byteLength, self);
        const bytes = memory.bytes(unit, byteLength);
        if (round !== 1) assert(bytes.every((byte) => byte === 0));
        bytes.fill(255);
        releaseBlock(memory, unit, self);
      }
    }
    assertEquals(unitsInUse(memory), before);
  });

  test(`capacityOf() in ${name} knows the blocks of a tag only`, () => {
    const unit = allocate(memory, 3 * UNIT_BYTES, self);
    assertEquals(capacityOf(memory, unit, self), 4 * UNIT_BYTES);
    assertEquals(capacityOf(memory, unit, tagOfCell(5)), 0);
    releaseBlock(memory, unit, self);
    const top = memory.words[HEADER.UNIT_TOP];
    for (const wrong of [unit, -1, 0.5, NaN, top, 2 ** 31, 2 ** 40, Infinity]) {
      assertEquals(capacityOf(memory, wrong, self), 0);
    }
  });

  test(`keep() in ${name} keeps a cell that nobody holds, until forgo()`, () => {
    const before = cellsInUse(memory);
    const cell = allocateCell(memory, KIND);
    assertFalse(isKept(memory, cell));
    keep(memory, cell);
    keep(memory, cell);
    assert(isKept(memory, cell));
    assertFalse(letGo(memory, cell, self));
    freeCell(memory, cell, () => {});
    assertEquals(kindOf(memory, cell), KIND);
    assert(forgo(memory, cell));
    assertFalse(forgo(memory, cell));
    freeCell(memory, cell, () => {});
    assertEquals(cellsInUse(memory), before);
  });

  test(`forgo() in ${name} leaves a cell to those who hold it`, () => {
    const cell = allocateCell(memory, KIND);
    keep(memory, cell);
    assertFalse(forgo(memory, cell));
    assert(letGo(memory, cell, self));
    freeCell(memory, cell, () => {});
    assertEquals(kindOf(memory, cell), 0);
  });

  test(`releaseCell() in ${name} of a cell frees its blocks, also if it was kept`, () => {
    const before = unitsInUse(memory);
    const cell = allocateCell(memory, KIND);
    keep(memory, cell);
    noteBlocks(memory, cell);
    allocate(memory, UNIT_BYTES, tagOfCell(cell));
    allocateZeroes(memory, 5 * UNIT_BYTES, tagOfCell(cell));
    assertFalse(letGo(memory, cell, self));
    assertEquals(unitsInUse(memory), before + 9);
    assert(forgo(memory, cell));
    releaseCell(memory, cell);
    assertEquals(unitsInUse(memory), before);
  });
}
