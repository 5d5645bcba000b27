import {
  CELL,
  checkStopped,
  isAlive,
  type Memory,
} from "../_internal/memory/mod.ts";
import type { Taken } from "./_taken.ts";

/*
 * What a `Lock` and an `RLock` have in their cells.
 *
 * | OWNER | means                          | next                                      |
 * | ----- | ------------------------------ | ----------------------------------------- |
 * | 0     | free                           | id, by whoever is first                   |
 * | id    | held by that participant       | 0, by itself; of a `Lock`, by anybody     |
 * | id    | of one that is dead: abandoned | id of the waiter that inherits            |
 */
export const OWNER = CELL.BODY;
/** The wait list of a lock, counted from the start of its cell. */
export const WAITERS = CELL.BODY + 1;

/** Makes this participant the owner, if nobody is or the owner has died. */
export function takeOwner(memory: Memory, owner: number): Taken {
  const { words, self } = memory;
  checkStopped(memory);
  // Settles who of many gets a free lock.
  const before = Atomics.compareExchange(words, owner, 0, self);
  if (before === 0) return "free";
  if (isAlive(memory, before)) return "none";
  // Settles who of many inherits from the dead.
  return Atomics.compareExchange(words, owner, before, self) === before
    ? "abandoned"
    : "none";
}

/** Whether somebody who lives is the owner. */
export function isOwned(memory: Memory, owner: number): boolean {
  const id = Atomics.load(memory.words, owner);
  return id !== 0 && isAlive(memory, id);
}
