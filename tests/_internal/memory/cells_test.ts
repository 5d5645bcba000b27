import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  allocateCell,
  arrive,
  CELL,
  CELL_WORDS,
  cellAt,
  cellOf,
  cellsInUse,
  claim,
  drop,
  forEachHeld,
  forgo,
  freeCell,
  generationOf,
  HEADER,
  hold,
  holdAgain,
  isCell,
  isOursAlone,
  isSealed,
  keep,
  kindOf,
  letGo,
  pair,
  peerOf,
  receive,
  send,
  slotOf,
} from "../../../_internal/memory/mod.ts";
import { reap } from "../../../_internal/handles/reap.ts";
import { BACKENDS } from "./backends.ts";
import { beforeExchange } from "./before_exchange.ts";

const KIND = 7;
const NOTHING = () => {};

for (const { name, memory, test } of BACKENDS) {
  const { words } = memory;
  const free = (cell: number) => freeCell(memory, cell, NOTHING);
  const letGoAndFree = (cell: number) => {
    assert(letGo(memory, cell, memory.self));
    free(cell);
  };
  const other = () => {
    const id = claim(memory, memory.self);
    arrive(memory, id);
    return id;
  };

  test(`allocateCell() in ${name} gives zeroes, held by us`, () => {
    const before = cellsInUse(memory);
    const cell = allocateCell(memory, KIND);
    assertEquals(cellsInUse(memory), before + 1);
    assertEquals(kindOf(memory, cell), KIND);
    assert(isCell(memory, cell, KIND, generationOf(memory, cell)));
    const at = cellAt(cell);
    words.fill(-1, at + CELL.BODY, at + CELL_WORDS);
    letGoAndFree(cell);
    const again = allocateCell(memory, KIND);
    assertEquals(again, cell);
    const body = words.slice(at + CELL.BODY, at + CELL_WORDS);
    assert(body.every((word) => word === 0));
    const held: number[] = [];
    forEachHeld(memory, memory.self, (each) => held.push(each));
    assert(held.includes(cell));
    letGoAndFree(again);
    assertEquals(cellsInUse(memory), before);
  });

  test(`isCell() in ${name} knows a free cell and its next use from the last`, () => {
    const cell = allocateCell(memory, KIND);
    const generation = generationOf(memory, cell);
    letGoAndFree(cell);
    assertFalse(isCell(memory, cell, KIND, generation));
    assertFalse(generationOf(memory, cell) === generation);
    assertEquals(allocateCell(memory, KIND), cell);
    assertFalse(isCell(memory, cell, KIND, generation));
    for (const wrong of [-1, 1e9, 0.5, NaN]) {
      assertFalse(isCell(memory, wrong, KIND, 1));
    }
    letGoAndFree(cell);
  });

  test(`isOursAlone() in ${name} is so while nobody else has the cell, or can get it`, () => {
    const [cell, peer] = [KIND, KIND].map((it) => allocateCell(memory, it));
    pair(memory, cell, peer);
    assert(isOursAlone(memory, cellOf(cellAt(cell) + CELL_WORDS - 1)));
    const id = other();
    for (const each of [cell, peer]) {
      hold(memory, each, id);
      assertFalse(isOursAlone(memory, cell));
      letGo(memory, each, id);
      send(memory, each);
      assertFalse(isOursAlone(memory, cell));
      receive(memory, each);
      keep(memory, each);
      assertFalse(isOursAlone(memory, cell));
      forgo(memory, each);
      assert(isOursAlone(memory, cell));
    }
    assertFalse(isOursAlone(memory, cellOf(HEADER.CELL_MUTEX)));
    reap(memory, id);
    assert(letGo(memory, cell, memory.self));
    assert(letGo(memory, peer, memory.self));
    free(cell);
  });

  test(`letGo() in ${name} seals with the last holder only`, () => {
    const ids = Array.from({ length: 70 }, other);
    const cell = allocateCell(memory, KIND);
    for (const id of ids) hold(memory, cell, id);
    assertFalse(letGo(memory, cell, memory.self));
    ids.forEach((id, index) => {
      assertEquals(letGo(memory, cell, id), index === ids.length - 1);
    });
    assert(isSealed(memory, cell));
    free(cell);
    for (const id of ids) reap(memory, id);
  });

  test(`send() in ${name} keeps a cell until it is received or dropped`, () => {
    const cell = allocateCell(memory, KIND);
    send(memory, cell);
    send(memory, cell);
    assertFalse(letGo(memory, cell, memory.self));
    receive(memory, cell);
    assertFalse(letGo(memory, cell, memory.self));
    assert(drop(memory, cell));
    free(cell);
    assertEquals(kindOf(memory, cell), 0);
  });

  test(`holdAgain() in ${name} takes back a sealed cell, but not a freed one`, () => {
    const cell = allocateCell(memory, KIND);
    const generation = generationOf(memory, cell);
    assert(letGo(memory, cell, memory.self));
    assert(holdAgain(memory, cell, KIND, generation));
    assertFalse(isSealed(memory, cell));
    free(cell);
    assertEquals(kindOf(memory, cell), KIND, "freed though it is held");
    letGoAndFree(cell);
    assertFalse(holdAgain(memory, cell, KIND, generation));
  });

  test(`freeCell() in ${name} waits for both of a pair`, () => {
    const before = cellsInUse(memory);
    const first = allocateCell(memory, KIND);
    const second = allocateCell(memory, KIND);
    pair(memory, first, second);
    assertEquals(peerOf(memory, first), second);
    assertEquals(peerOf(memory, second), first);
    letGoAndFree(second);
    assertEquals(cellsInUse(memory), before + 2);
    letGoAndFree(first);
    assertEquals(cellsInUse(memory), before);
    const cells = [1, 2, 3].map(() => allocateCell(memory, KIND));
    assertEquals(new Set(cells).size, 3);
    cells.forEach(letGoAndFree);
  });

  test(`freeCell() in ${name} frees one whose peer was never tied to it for good`, () => {
    const before = cellsInUse(memory);
    const first = allocateCell(memory, KIND);
    const second = allocateCell(memory, KIND);
    pair(memory, first, second);
    // Its maker died before it had tied the second.
    words[cellAt(second) + CELL.PEER] = 0;
    letGoAndFree(first);
    letGoAndFree(second);
    if (cellsInUse(memory) > before) free(first);
    assertEquals(cellsInUse(memory), before);
  });

  test(`receive() in ${name} of a cell that is free does not spoil the list of free cells`, () => {
    const cells = [1, 2].map(() => allocateCell(memory, KIND));
    cells.forEach(letGoAndFree);
    // A sender died between its message and the count of what it carries.
    for (const cell of cells) {
      receive(memory, cell);
      assertFalse(letGo(memory, cell, memory.self));
      assertFalse(drop(memory, cell));
    }
    const next = [1, 2, 3, 4].map(() => allocateCell(memory, KIND));
    assertEquals(new Set(next).size, 4);
    next.forEach(letGoAndFree);
  });

  test(`letGo() in ${name} does not seal a cell that is received while it looks`, () => {
    const cell = allocateCell(memory, KIND);
    const at = cellAt(cell);
    const id = other();
    // Just before the seal: a handle was sent and received meanwhile.
    beforeExchange(at + CELL.TRANSIT, () => hold(memory, cell, id), () => {
      assertFalse(letGo(memory, cell, memory.self));
    });
    assertFalse(isSealed(memory, cell));
    assert(letGo(memory, cell, id));
    free(cell);
    reap(memory, id);
  });

  test(`reap() in ${name} frees what somebody who died was about to free`, () => {
    const before = cellsInUse(memory);
    const id = other();
    const [unsealed, emptied] = [1, 2].map(() => allocateCell(memory, KIND));
    const slot = slotOf(memory.self);
    // It died after it let go, before it sealed.
    words[cellAt(unsealed) + CELL.HOLDERS + (slot >> 5)] = 0;
    // It died after it began to empty the other.
    words[cellAt(emptied) + CELL.HOLDERS + (slot >> 5)] = 0;
    words[cellAt(emptied) + CELL.KIND] = -KIND;
    words[cellAt(emptied) + CELL.TRANSIT] = id;
    assertEquals(kindOf(memory, emptied), KIND);
    reap(memory, id);
    assertEquals(cellsInUse(memory), before);
  });
}
