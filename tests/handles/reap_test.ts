// Clearing up after one that has ended, whose starter keeps its slot.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { CELL_KIND, reap, sweep } from "../../_internal/handles/mod.ts";
import {
  allocateCell,
  arrive,
  claim,
  createBuffer,
  hold,
  isCurrent,
  kindOf,
  letGo,
  markDead,
  type Memory,
  ThreadMemory,
} from "../../_internal/memory/mod.ts";
import { parkingOf } from "../../_internal/parking/mod.ts";
import { leaveNothing } from "./leave_nothing.ts";

leaveNothing();

/** One of its own: in that of the process, others end and are cleared up after, too. */
function ownMemory(): Memory {
  const memory = new ThreadMemory(createBuffer());
  memory.self = claim(memory, 0);
  arrive(memory, memory.self);
  return memory;
}

/** How often everybody is woken while something is done. */
function wakes(memory: Memory, what: () => void): number {
  const parking = parkingOf(memory);
  let count = 0;
  parking.wakeEverybody = () => {
    count++;
    Object.getPrototypeOf(parking).wakeEverybody.call(parking);
  };
  try {
    what();
  } finally {
    Reflect.deleteProperty(parking, "wakeEverybody");
  }
  return count;
}

/** A cell that nobody but the participant holds. */
function heldBy(memory: Memory, id: number): number {
  const cell = allocateCell(memory, CELL_KIND.EVENT);
  hold(memory, cell, id);
  letGo(memory, cell, memory.self);
  return cell;
}

Deno.test("sweep() wakes everybody once for a thread that has ended, and again if it has taken hold of something", () => {
  const memory = ownMemory();
  const id = claim(memory, memory.self);
  const first = heldBy(memory, id);
  markDead(memory, id);
  assertEquals(wakes(memory, () => sweep(memory)), 1);
  assertEquals(kindOf(memory, first), 0);
  assertEquals(wakes(memory, () => sweep(memory)), 0);
  const second = heldBy(memory, id);
  assertEquals(wakes(memory, () => sweep(memory)), 1);
  assertEquals(kindOf(memory, second), 0);
  assertEquals(wakes(memory, () => sweep(memory)), 0);
  assert(isCurrent(memory, id));
  assertEquals(wakes(memory, () => reap(memory, id)), 0);
  assertEquals(isCurrent(memory, id), false);
});

Deno.test("sweep() wakes everybody if the one before it has died before it did", () => {
  const memory = ownMemory();
  const parking = parkingOf(memory);
  const id = claim(memory, memory.self);
  markDead(memory, id);
  sweep(memory);
  // First one that has not been woken for, then one that has.
  for (const step of ["wake", "mark"]) {
    const cell = heldBy(memory, id);
    parking.wakeEverybody = () => {
      if (step === "mark") {
        Object.getPrototypeOf(parking).wakeEverybody.call(parking);
      }
      throw new Error("killed");
    };
    assertThrows(() => sweep(memory), Error, "killed");
    Reflect.deleteProperty(parking, "wakeEverybody");
    assertEquals(kindOf(memory, cell), 0);
    assertEquals(wakes(memory, () => sweep(memory)), 1, step);
    assertEquals(wakes(memory, () => sweep(memory)), 0, step);
  }
  reap(memory, id);
});

Deno.test("reap() wakes everybody for the next owner of a slot, too", () => {
  const memory = ownMemory();
  // As many as there are, so that each slot has had another owner.
  for (let n = 0; n < 2_100; n++) {
    const id = claim(memory, memory.self);
    if (n % 2 === 0) {
      markDead(memory, id);
      assertEquals(wakes(memory, () => sweep(memory)), 1);
      assertEquals(wakes(memory, () => reap(memory, id)), 0);
    } else assertEquals(wakes(memory, () => reap(memory, id)), 1);
    assertEquals(isCurrent(memory, id), false);
  }
});
