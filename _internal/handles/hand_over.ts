import { hold } from "../memory/mod.ts";
import { cargoOf } from "./shareable.ts";

/** Ids of the participant that a value is handed to when it is started. */
export interface Recipient {
  readonly thread?: number;
  readonly process?: number;
}

/**
 * Lets a participant that is about to start hold what its arguments refer to.
 *
 * @returns what to call once it has started, or has not
 */
export function handOver(
  handles: readonly object[],
  recipient: Recipient,
): (started: boolean) => void {
  const cargoes = cargoOf(handles);
  const pinned: (typeof cargoes[number])[] = [];
  const settle = (started: boolean) => {
    for (const cargo of pinned) {
      if (started) cargo.sent();
      cargo.unpin();
    }
  };
  try {
    for (const cargo of cargoes) {
      cargo.pin();
      pinned.push(cargo);
      const id = recipient[cargo.memory.reach];
      if (id !== undefined) hold(cargo.memory, cargo.cell, id);
    }
  } catch (error) {
    settle(false);
    throw error;
  }
  return settle;
}
