import { openedMemory, slotOf } from "../memory/mod.ts";

/** Threads of one process have idents this close to each other. */
const SPAN = 1024;

/** A number that no other running thread of this machine has. */
export function threadIdent(): number {
  const memory = openedMemory("thread");
  return identOf(memory === undefined ? 0 : slotOf(memory.self));
}

/** The ident of the thread of this process in a slot of the thread memory. */
export function identOf(slot: number): number {
  return Deno.pid * SPAN + slot;
}
