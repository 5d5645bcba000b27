import { type Memory, slotOf } from "../memory/mod.ts";

/** One that waits for a participant of its own in this isolate. */
interface Neighbour {
  readonly memory: Memory;
  pumpSoon(): void;
}

/** By slot, where one isolate waits for many participants. */
let neighbours: Map<number, Neighbour> | undefined;

/** Lets others of this isolate tell it without a sleep between. */
export function joinNeighbours(neighbour: Neighbour): void {
  (neighbours ??= new Map()).set(slotOf(neighbour.memory.self), neighbour);
}

/** Its participant has ended. */
export function leaveNeighbours(neighbour: Neighbour): void {
  const slot = slotOf(neighbour.memory.self);
  if (neighbours?.get(slot) === neighbour) neighbours.delete(slot);
}

/** Tells the one in a slot, if it is one of this isolate and of the same memory. */
export function ringNeighbour(memory: Memory, slot: number): boolean {
  const neighbour = neighbours?.get(slot);
  if (neighbour?.memory.words.buffer !== memory.words.buffer) return false;
  neighbour.pumpSoon();
  return true;
}
