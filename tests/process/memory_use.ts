// What of the shared memory is in use, to see that nothing is left of it.

import {
  cellsInUse,
  HEADER,
  openedMemory,
  PARTICIPANT,
  participantAt,
  STATE,
  unitsInUse,
} from "../../_internal/memory/mod.ts";

/** Counts of one memory. */
export interface MemoryUse {
  slots: number;
  cells: number;
  units: number;
}

/** Counts what is in use; nothing if there is no such memory. */
export function memoryUse(reach: "process" | "thread"): MemoryUse {
  const memory = openedMemory(reach);
  if (memory === undefined) return { slots: 0, cells: 0, units: 0 };
  const { words } = memory;
  let slots = 0;
  for (let slot = 0; slot < words[HEADER.SLOT_TOP]; slot++) {
    const state = words[participantAt(slot) + PARTICIPANT.STATE];
    if (state !== STATE.FREE) slots++;
  }
  return { slots, cells: cellsInUse(memory), units: unitsInUse(memory) };
}
