import { clockWord, msFrom } from "./clock.ts";
import {
  HEADER,
  PARTICIPANT,
  participantAt,
  SLOT_BITS,
  SLOT_COUNT,
  slotOf,
  STATE,
} from "./layout.ts";
import type { Memory } from "./memory.ts";

/** Generations fit beside the slot in the 31 bits of an id. */
const LAST_GENERATION = (1 << (31 - SLOT_BITS)) - 1;
/** Milliseconds that a thread may take to finish the operation it is stopped in. */
export const STOPPING_MS = 500;
/** What `ENDED` is after exit code 0. */
const ENDED_WELL = 1;

/**
 * Takes a free slot for a participant that is about to start.
 *
 * @returns its id
 * @throws {RangeError} if as many run as can
 */
export function claim(memory: Memory, parent: number): number {
  const { words } = memory;
  // Whoever was stopped while it looked at a slot must find the same owner there,
  // or none, when it goes on: slots are taken in turn.
  const first = Atomics.add(words, HEADER.SLOT_NEXT, 1);
  // A sweeper must not judge the claim by what the slot's last owner left.
  const claiming = parent === 0 ? STATE.STARTING : -parent;
  for (let step = 0; step < SLOT_COUNT; step++) {
    const slot = first + step & SLOT_COUNT - 1;
    const at = participantAt(slot);
    if (
      Atomics.load(words, at + PARTICIPANT.STATE) !== STATE.FREE ||
      // Settles the race of two starters for one slot.
      Atomics.compareExchange(
          words,
          at + PARTICIPANT.STATE,
          STATE.FREE,
          claiming,
        ) !== STATE.FREE
    ) continue;
    if (step > 0) Atomics.store(words, HEADER.SLOT_NEXT, slot + 1);
    const id = words[at + PARTICIPANT.GENERATION] << SLOT_BITS | slot;
    words[at + PARTICIPANT.PID] = Deno.pid;
    words[at + PARTICIPANT.PROCESS] = id;
    words[at + PARTICIPANT.BOOT] = 0;
    words[at + PARTICIPANT.ENDED] = 0;
    words[at + PARTICIPANT.TWIN] = 0;
    words[at + PARTICIPANT.KILLED] = 0;
    words[at + PARTICIPANT.IS_CLIENT] = 0;
    words[at + PARTICIPANT.PARK] = 0;
    words[at + PARTICIPANT.PIPE] = 0;
    words[at + PARTICIPANT.RUNG_FOR] = 0;
    words[at + PARTICIPANT.BLOCKED_ON] = 0;
    words[at + PARTICIPANT.STOPPED_AT] = 0;
    words[at + PARTICIPANT.CLEARED] = 0;
    words[at + PARTICIPANT.INTERRUPTED_AT] = 0;
    words[at + PARTICIPANT.PARENT] = parent;
    Atomics.store(words, at + PARTICIPANT.STATE, STATE.STARTING);
    let top = Atomics.load(words, HEADER.SLOT_TOP);
    while (top <= slot) {
      Atomics.compareExchange(words, HEADER.SLOT_TOP, top, slot + 1);
      top = Atomics.load(words, HEADER.SLOT_TOP);
    }
    return id;
  }
  throw new RangeError(
    `Cannot start: ${SLOT_COUNT} processes and threads already run in this program`,
  );
}

/** Takes a place for a client of a hub, which ends with that. */
export function claimForClient(memory: Memory, hub: number): number {
  const id = claim(memory, hub);
  memory.words[participantAt(slotOf(id)) + PARTICIPANT.IS_CLIENT] = 1;
  return id;
}

/** Makes the generations of a new memory start at 1, so that no id is 0. */
export function layOutParticipants(words: Int32Array): void {
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    words[participantAt(slot) + PARTICIPANT.GENERATION] = 1;
  }
}

/**
 * Says that the participant runs now.
 *
 * @returns `false` if it has been given up meanwhile
 */
export function arrive(memory: Memory, id: number): boolean {
  if (!isCurrent(memory, id)) return false;
  const at = participantAt(slotOf(id));
  // Settles the race with a sweeper that takes a slow starter for dead.
  return Atomics.compareExchange(
    memory.words,
    at + PARTICIPANT.STATE,
    STATE.STARTING,
    STATE.ALIVE,
  ) === STATE.STARTING;
}

/** Notes the process that is to arrive as the participant, unless it has. */
export function noteSpawned(memory: Memory, id: number, pid: number): void {
  const at = participantAt(slotOf(id)) + PARTICIPANT.PID;
  // A program on the way to it may have a process of its own.
  Atomics.compareExchange(memory.words, at, Deno.pid, pid);
}

/** Whether there is a process for who starts, so that {@linkcode noteSpawned} has noted it. */
export function isSpawned({ words }: Memory, slot: number): boolean {
  const at = participantAt(slot);
  const starter = participantAt(slotOf(words[at + PARTICIPANT.PARENT]));
  return words[at + PARTICIPANT.PID] !== words[starter + PARTICIPANT.PID];
}

/** Whether the participant is not known to have ended. */
export function isAlive(memory: Memory, id: number): boolean {
  const at = participantAt(slotOf(id));
  const state = Atomics.load(memory.words, at + PARTICIPANT.STATE);
  return (state === STATE.ALIVE || state === STATE.STARTING) &&
    isCurrent(memory, id);
}

/**
 * Throws in a thread that was terminated and goes on nevertheless: what it takes
 * hold of would count as abandoned.
 */
export function checkStopped(memory: Memory): void {
  if (memory.outlives && !isAlive(memory, memory.self)) {
    throw new Error("Cannot go on: this thread has been terminated");
  }
}

/** Whether the slot has not been given to another participant since. */
export function isCurrent(memory: Memory, id: number): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.GENERATION;
  return Atomics.load(memory.words, at) === id >> SLOT_BITS;
}

/** Whether nobody has had the slot since, though it may be free by now. */
export function wasLast(memory: Memory, id: number): boolean {
  if (isCurrent(memory, id)) return true;
  const { words } = memory;
  const at = participantAt(slotOf(id));
  return Atomics.load(words, at + PARTICIPANT.STATE) === STATE.FREE &&
    Atomics.load(words, at + PARTICIPANT.GENERATION) === nextGeneration(id);
}

/** Id of the participant that has the slot. */
export function idAt(memory: Memory, slot: number): number {
  const at = participantAt(slot) + PARTICIPANT.GENERATION;
  return Atomics.load(memory.words, at) << SLOT_BITS | slot;
}

/**
 * Records that the participant has ended.
 *
 * @returns whether this call was the one that recorded it
 */
export function markDead(memory: Memory, id: number): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.STATE;
  for (;;) {
    const state = Atomics.load(memory.words, at);
    if (state === STATE.FREE || state === STATE.DEAD) return false;
    if (!isCurrent(memory, id)) return false;
    if (markDeadFrom(memory, id, state)) return true;
  }
}

/**
 * The same of one that was seen in a state and judged by that: not if it has left it
 * since, as one does that arrives.
 */
export function markDeadFrom(
  memory: Memory,
  id: number,
  state: number,
): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.STATE;
  if (
    Atomics.compareExchange(memory.words, at, state, STATE.DEAD) !== state
  ) return false;
  // Whoever dies before this is cleared up after, and so is this one: the sweeper
  // that does it wakes everybody.
  Atomics.add(memory.words, HEADER.DEATHS, 1);
  return true;
}

/**
 * Records whether Ctrl-C has ended the participant, or may have, for the main thread, which is to
 * count those and may not have heard of Ctrl-C yet. Its starter, who knows, does so last.
 */
export function noteInterrupted(
  memory: Memory,
  id: number,
  isSo: boolean,
): void {
  if (!wasLast(memory, id)) return;
  const at = participantAt(slotOf(id)) + PARTICIPANT.INTERRUPTED_AT;
  // If another has come to have the slot just now, it is of no effect before that one has ended.
  Atomics.store(memory.words, at, isSo ? clockWord() | 1 : 0);
}

/** Whether that has been recorded of the last owner of the slot within so many milliseconds. */
export function wasInterrupted(
  { words }: Memory,
  slot: number,
  ms: number,
): boolean {
  const at = participantAt(slot) + PARTICIPANT.INTERRUPTED_AT;
  const when = Atomics.load(words, at);
  return when !== 0 && msFrom(when) < ms;
}

/**
 * Says how a participant ended: a thread, for those who join it; a process, if it has
 * ended well.
 *
 * @returns whether nobody had said so before: whoever does first is right
 */
export function recordEnd(
  memory: Memory,
  id: number,
  exitCode: number,
): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.ENDED;
  return Atomics.compareExchange(memory.words, at, 0, exitCode + 1) === 0;
}

/** Whether a participant has said that it ended with exit code 0. */
export function endedWell({ words }: Memory, id: number): boolean {
  const at = participantAt(slotOf(id)) + PARTICIPANT.ENDED;
  return Atomics.load(words, at) === ENDED_WELL;
}

/** Whether a thread, or a client of a hub, has ended with whoever it depends on; processes live on. */
export function hasLostStarter(memory: Memory, slot: number): boolean {
  const at = participantAt(slot);
  const starter = Atomics.load(memory.words, at + PARTICIPANT.PARENT);
  const isThread = memory.reach === "thread" ||
    Atomics.load(memory.words, at + PARTICIPANT.PROCESS) !==
      idAt(memory, slot);
  return isThread && starter !== 0 && !isAlive(memory, starter);
}

/** Records that a thread has been terminated, though it may go on for a moment. */
export function markStopped(memory: Memory, id: number): void {
  if (!isCurrent(memory, id)) return;
  memory.words[participantAt(slotOf(id)) + PARTICIPANT.STOPPED_AT] =
    clockWord() | 1;
  markDead(memory, id);
}

/** Whether what a dead participant was writing to may still change, by calls of ours. */
export function mayStillWrite(memory: Memory, id: number): boolean {
  const stopped = stoppedAt(memory, id);
  return stopped !== 0 && msFrom(stopped) < STOPPING_MS;
}

/** Whether a dead participant is a thread that was terminated, and may compute on. */
export function wasStopped(memory: Memory, id: number): boolean {
  return stoppedAt(memory, id) !== 0;
}

function stoppedAt(memory: Memory, id: number): number {
  return memory.words[participantAt(slotOf(id)) + PARTICIPANT.STOPPED_AT];
}

/** Records that a process has been killed, which may take effect a moment later. */
export function markKilled(memory: Memory, id: number): void {
  if (!isCurrent(memory, id)) return;
  const at = participantAt(slotOf(id)) + PARTICIPANT.KILLED;
  Atomics.store(memory.words, at, 1);
}

/** Whether a participant has ended, or its process is killed and about to end. */
export function isDoomed(memory: Memory, id: number): boolean {
  if (!isAlive(memory, id)) return true;
  const { words } = memory;
  const process = words[participantAt(slotOf(id)) + PARTICIPANT.PROCESS];
  const at = participantAt(slotOf(process)) + PARTICIPANT.KILLED;
  return isCurrent(memory, process) && Atomics.load(words, at) !== 0;
}

/** Gives the slot of a dead participant, with nothing left of it, to the next. */
export function freeSlot(memory: Memory, id: number): void {
  const at = participantAt(slotOf(id));
  if (!isCurrent(memory, id)) return;
  const next = nextGeneration(id);
  Atomics.store(memory.words, at + PARTICIPANT.GENERATION, next);
  Atomics.store(memory.words, at + PARTICIPANT.STATE, STATE.FREE);
}

function nextGeneration(id: number): number {
  return (id >> SLOT_BITS) % LAST_GENERATION + 1;
}
