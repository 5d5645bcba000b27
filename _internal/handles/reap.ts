import { CHANNEL, emptyChannel } from "../channel/mod.ts";
import { log } from "../log.ts";
import {
  cellAt,
  clockWord,
  enter,
  forEachHeld,
  freeCell,
  freeSlot,
  hasBlocks,
  hasLostStarter,
  HEADER,
  idAt,
  isAlive,
  isCurrent,
  isHeldBy,
  kindOf,
  leave,
  letGo,
  loseIfSeen,
  markDead,
  markDeadFrom,
  markStopped,
  mayStillWrite,
  type Memory,
  msFrom,
  noteInterrupted,
  PARTICIPANT,
  participantAt,
  peerOf,
  releaseAll,
  slotOf,
  STATE,
  tagOfCell,
  wasStopped,
} from "../memory/mod.ts";
import { parkingOf } from "../parking/mod.ts";
import { CELL_KIND, hasChannel } from "./cell_kinds.ts";
import { noteLoss } from "./parties.ts";

/** Milliseconds for which one look at everybody is enough for everybody. */
const SWEEP_MS = 400;

/**
 * Clears up after a participant that has ended, and lets everybody who waits
 * look again. Every step can be repeated, so a reaper that dies half-way is
 * followed by another.
 */
export function reap(memory: Memory, id: number): void {
  clearUp(memory, id, true);
}

/**
 * Lets everybody know that a thread has been terminated. What it left is to be
 * cleared up by {@linkcode reap} after `STOPPING_MS`, when it writes no more.
 */
export function giveUp(memory: Memory, id: number): void {
  markStopped(memory, id);
  parkingOf(memory).wakeEverybody();
}

/**
 * While its starter keeps the slot, sweepers do this again and again: a thread that
 * was stopped may go on, and take hold of something. So that nobody is woken for
 * nothing, `CLEARED` says that everybody has been woken since something was let go of:
 *
 * | it is          | from                      | by                                |
 * | -------------- | ------------------------- | --------------------------------- |
 * | 0              | the claim of the slot     | whoever is about to let go        |
 * | the owner's id | everybody has been woken  | the same, or the next if it died  |
 *
 * Whoever clears up is alone with that, in the mutex. If it dies there, the next finds
 * less, or nothing, and wakes everybody as it finds 0. The slot is freed last, so that
 * there is a next one.
 *
 * @param free whether its slot is to be had by others now
 */
function clearUp(memory: Memory, id: number, free: boolean): void {
  const { words } = memory;
  const at = participantAt(slotOf(id));
  markDead(memory, id);
  enter(memory, HEADER.REAP_MUTEX);
  try {
    if (!isCurrent(memory, id) || mayStillWrite(memory, id)) return;
    const mayComputeOn = wasStopped(memory, id) &&
      (memory.reach === "thread" ||
        isAlive(memory, words[at + PARTICIPANT.PROCESS]));
    let held = 0;
    forEachHeld(memory, id, (cell) => {
      Atomics.store(words, at + PARTICIPANT.CLEARED, 0);
      // A client of a hub has some in store.
      if (kindOf(memory, cell) !== CELL_KIND.RESERVED) held++;
      noteLoss(memory, cell, id);
      if (mayComputeOn && isHeldBy(memory, cell, id)) loseIfSeen(memory, cell);
      if (letGo(memory, cell, id)) releaseCell(memory, cell);
    });
    releaseAll(memory, id);
    if (Atomics.load(words, at + PARTICIPANT.CLEARED) !== id) {
      const pid = words[at + PARTICIPANT.PID];
      log?.debug(`cleared up after one of pid ${pid}: it held ${held} objects`);
      parkingOf(memory).wakeEverybody();
      Atomics.store(words, at + PARTICIPANT.CLEARED, id);
    }
    if (free) freeSlot(memory, id);
  } finally {
    leave(memory, HEADER.REAP_MUTEX);
  }
}

/** Sweeps, unless somebody has done so just now. */
export function sweepInTurn(memory: Memory): void {
  const { words } = memory;
  const last = Atomics.load(words, HEADER.LAST_SWEEP);
  if (msFrom(last) < SWEEP_MS) return;
  // Settles who of many does it.
  if (
    Atomics.compareExchange(words, HEADER.LAST_SWEEP, last, clockWord()) ===
      last
  ) {
    sweep(memory);
    parkingOf(memory).passOverdue();
  }
}

/** Looks for participants that have ended unnoticed, and reaps them. */
export function sweep(memory: Memory): void {
  const top = Atomics.load(memory.words, HEADER.SLOT_TOP);
  for (let slot = 0; slot < top; slot++) {
    const at = participantAt(slot);
    // First: what we see of a later owner must not count against this one.
    const id = idAt(memory, slot);
    const state = Atomics.load(memory.words, at + PARTICIPANT.STATE);
    if (state === STATE.FREE) continue;
    if (state !== STATE.DEAD) {
      if (memory.probe(slot)) continue;
      if (state === STATE.ALIVE && hasLostStarter(memory, slot)) {
        markStopped(memory, id);
      } else if (isCurrent(memory, id) && markDeadFrom(memory, id, state)) {
        // By what is not known here, so perhaps by Ctrl-C.
        noteInterrupted(memory, id, true);
      } else {
        continue;
      }
    }
    // The starter of a thread reads in its slot how it ended, then frees it.
    clearUp(
      memory,
      id,
      memory.reach === "process" || hasLostStarter(memory, slot),
    );
  }
  memory.doorbell?.tidy();
}

/** Whether a participant still runs, asking whoever knows. */
export function isRunning(memory: Memory, id: number): boolean {
  if (!isAlive(memory, id)) return false;
  if (memory.probe(slotOf(id))) return true;
  noteInterrupted(memory, id, true);
  reapIfAllowed(memory, id);
  return false;
}

/** Reaps one, unless this program has given up what that takes: others clear up then. */
export function reapIfAllowed(memory: Memory, id: number): void {
  try {
    reap(memory, id);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}

/** Frees what was in a cell that nobody holds any more. */
export function releaseCell(memory: Memory, cell: number): void {
  const kind = kindOf(memory, cell);
  if (kind === CELL_KIND.PIPE_END) wakePeers(memory, cell);
  freeCell(memory, cell, (each) => {
    if (hasChannel(kind)) emptyChannel(memory, each, releaseCell);
    else if (hasBlocks(memory, each)) {
      releaseAll(memory, tagOfCell(each));
    }
  });
}

/** Tells those at both ends of a pipe that one end has gone. */
function wakePeers(memory: Memory, cell: number): void {
  const parking = parkingOf(memory);
  for (const each of [cell, peerOf(memory, cell)]) {
    if (each < 0) continue;
    parking.wakeAll(cellAt(each) + CHANNEL.GETTERS);
    parking.wakeAll(cellAt(each) + CHANNEL.PUTTERS);
  }
}
