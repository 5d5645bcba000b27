import {
  CELL,
  cellAt,
  kindOf,
  type Memory,
  PARTICIPANT,
  participantAt,
  recordEnd,
  slotOf,
} from "../memory/mod.ts";
import { CELL_KIND } from "./cell_kinds.ts";

/** In the cell of a barrier: 1 once somebody who held it has come to a bad end. */
export const LOST = CELL.BODY;

/** What `ENDED` is after a good end. */
const ENDED_WELL = 1;

const listening = new Set<Memory>();

/**
 * Notes in a barrier that a dead participant which holds it may be missed there.
 * To be called before it lets go, and can be repeated.
 */
export function noteLoss(memory: Memory, cell: number, id: number): void {
  if (kindOf(memory, cell) !== CELL_KIND.BARRIER) return;
  const { words } = memory;
  const slot = slotOf(id);
  const held = words[cellAt(cell) + CELL.HOLDERS + (slot >> 5)];
  if ((held & (1 << (slot & 31))) === 0) return;
  if (endedWell(memory, id)) return;
  Atomics.store(words, cellAt(cell) + LOST, 1);
}

/**
 * Sees to it that this isolate leaves word when it ends by itself, with exit code
 * 0. Threads leave word of how they end in any case.
 */
export function announceEnd(memory: Memory): void {
  if (memory.reach !== "process" || listening.has(memory)) return;
  listening.add(memory);
  addEventListener("unload", () => {
    if (Deno.exitCode === 0) recordEnd(memory.words, slotOf(memory.self), 0);
  });
}

function endedWell(memory: Memory, id: number): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.ENDED;
  return Atomics.load(memory.words, at) === ENDED_WELL;
}
