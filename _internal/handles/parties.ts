import {
  CELL,
  cellAt,
  endedWell,
  idAt,
  isDoomed,
  isHeldBy,
  kindOf,
  letGo,
  type Memory,
  recordEnd,
  SLOT_COUNT,
} from "../memory/mod.ts";
import { CELL_KIND } from "./cell_kinds.ts";

/*
 * In the cell of a barrier:
 *
 * | LOST | means                                   | next                             |
 * | ---- | --------------------------------------- | -------------------------------- |
 * | 0    | no party that held it is missed         | -id, by the reaper of one that   |
 * |      |                                         | came to a bad end                |
 * | -id  | that one is, unless it is forgiven just | id, or 0 if it was forgiven, by  |
 * |      | now                                     | the reaper; 0, by who forgives   |
 * | id   | that one is missed                      | 0, by who forgives               |
 *
 * Who forgives first takes the hold of the dead, and then stores 0; the reaper first
 * stores -id, and then looks whether there is a hold. A reaper that dies is followed
 * by another, as the dead one's hold is still there.
 */
const LOST = CELL.BODY;
/** The first word after that. */
export const AFTER_LOST = LOST + 1;

const listening = new Set<Memory>();

/**
 * Notes in a barrier that a dead participant which holds it may be missed there.
 * To be called before it lets go, and can be repeated.
 */
export function noteLoss(memory: Memory, cell: number, id: number): void {
  if (kindOf(memory, cell) !== CELL_KIND.BARRIER) return;
  if (!isHeldBy(memory, cell, id) || endedWell(memory, id)) return;
  if (hasLost(memory, cell)) return;
  const at = cellAt(cell) + LOST;
  Atomics.store(memory.words, at, -id);
  const missed = isHeldBy(memory, cell, id) ? id : 0;
  // Settles the race with one that forgives.
  Atomics.compareExchange(memory.words, at, -id, missed);
}

/** Whether a party that held a barrier is missed. */
export function hasLost(memory: Memory, cell: number): boolean {
  return Atomics.load(memory.words, cellAt(cell) + LOST) > 0;
}

/** Lets none be missed any more of those who have died, or are being killed. */
export function forgiveLosses(memory: Memory, cell: number): void {
  const at = cellAt(cell);
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const holders = Atomics.load(
      memory.words,
      at + CELL.HOLDERS + (slot >> 5),
    );
    if (holders === 0) slot |= 31;
    else if ((holders & (1 << (slot & 31))) !== 0) {
      const id = idAt(memory, slot);
      if (isDoomed(memory, id)) letGo(memory, cell, id);
    }
  }
  Atomics.store(memory.words, at + LOST, 0);
}

/**
 * Sees to it that this isolate leaves word when it ends by itself, with exit code
 * 0. Threads leave word of how they end in any case.
 */
export function announceEnd(memory: Memory): void {
  if (memory.reach !== "process" || listening.has(memory)) return;
  listening.add(memory);
  addEventListener("unload", () => {
    if (Deno.exitCode === 0) recordEnd(memory, memory.self, 0);
  });
}
