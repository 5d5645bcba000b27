import { assert } from "@std/assert";
import { delay } from "@std/async/delay";
import { sweep } from "../../_internal/handles/mod.ts";
import {
  HEADER,
  openedMemory,
  PARTICIPANT,
  participantAt,
  STATE,
} from "../../_internal/memory/mod.ts";

/** Waits until threads that were terminated have been cleared up after. */
export async function clearedUp(): Promise<void> {
  const end = performance.now() + 5_000;
  for (const reach of ["thread", "process"] as const) {
    const memory = openedMemory(reach);
    if (memory === undefined) continue;
    for (let slot = 0; slot < memory.words[HEADER.SLOT_TOP]; slot++) {
      const state = participantAt(slot) + PARTICIPANT.STATE;
      while (Atomics.load(memory.words, state) === STATE.DEAD) {
        assert(performance.now() < end, `slot ${slot} is not cleared up`);
        await delay(10);
        sweep(memory);
      }
    }
  }
}
