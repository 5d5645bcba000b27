import {
  type Memory,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
  STATE,
} from "../memory/mod.ts";

/*
 * The participants that wait for something to change: a bitmap, with a bit in
 * the first word for each of its words that is not 0. A waiter sets its bit
 * before it looks again, and once more on every tick: what a death or a slot's
 * next owner has spoiled mends itself.
 */
const SUMMARY = 0;
const LAST = 1;
const BITS = 2;
/** Words of the bitmap: no more than the first word has bits. */
const BIT_WORDS = SLOT_COUNT / 32;
/** Words that a wait list takes. */
export const WAIT_LIST_WORDS = BITS + BIT_WORDS;

/** Whether anybody may wait. */
export function hasWaiters(memory: Memory, list: number): boolean {
  return Atomics.load(memory.words, list + SUMMARY) !== 0;
}

/**
 * Whether anybody seemed to wait a moment ago: cheaper, for where it does no harm
 * to miss one that is just coming.
 */
export function sawWaiters(memory: Memory, list: number): boolean {
  return memory.words[list + SUMMARY] !== 0;
}

/** Whether anybody may wait but the participant in a slot. */
export function hasOthers(memory: Memory, list: number, slot: number): boolean {
  const { words } = memory;
  const word = slot >> 5;
  if ((Atomics.load(words, list + SUMMARY) & ~(1 << word)) !== 0) return true;
  const bits = Atomics.load(words, list + BITS + word);
  return (bits & ~(1 << (slot & 31))) !== 0;
}

/** Adds this participant. */
export function enlist(memory: Memory, list: number): void {
  const slot = slotOf(memory.self);
  const word = slot >> 5;
  Atomics.or(memory.words, list + BITS + word, 1 << (slot & 31));
  Atomics.or(memory.words, list + SUMMARY, 1 << word);
}

/** Whether the participant in a slot is still there. */
export function isListed(memory: Memory, list: number, slot: number): boolean {
  const word = Atomics.load(memory.words, list + BITS + (slot >> 5));
  return (word & (1 << (slot & 31))) !== 0;
}

/**
 * Removes the participant in a slot.
 *
 * @returns whether others were hidden for a moment, who may have missed a ring
 */
export function delist(memory: Memory, list: number, slot: number): boolean {
  const { words } = memory;
  const word = slot >> 5;
  const bit = 1 << (slot & 31);
  if ((Atomics.and(words, list + BITS + word, ~bit) & ~bit) !== 0) return false;
  Atomics.and(words, list + SUMMARY, ~(1 << word));
  // Somebody may have come between the two: their word must not be hidden.
  if (Atomics.load(words, list + BITS + word) === 0) return false;
  Atomics.or(words, list + SUMMARY, 1 << word);
  return true;
}

/**
 * The waiting participant whose turn it is, or -1. Forgets those who have ended.
 *
 * @param onHidden called if others were hidden for a moment meanwhile, see {@linkcode delist}
 */
export function nextWaiter(
  memory: Memory,
  list: number,
  onHidden: () => void,
): number {
  const { words } = memory;
  const after = words[list + LAST];
  let slot = findFrom(words, list, after);
  if (slot < 0) slot = findFrom(words, list, 0);
  if (slot < 0) return -1;
  words[list + LAST] = slot + 1;
  const state = Atomics.load(words, participantAt(slot) + PARTICIPANT.STATE);
  if (state === STATE.ALIVE) return slot;
  if (delist(memory, list, slot)) onHidden();
  return nextWaiter(memory, list, onHidden);
}

/** Whether anybody waits who lives; forgets those who do not, and hides nobody meanwhile. */
export function hasLivingWaiters(memory: Memory, list: number): boolean {
  const { words } = memory;
  if (Atomics.load(words, list + SUMMARY) === 0) return false;
  for (
    let slot = findFrom(words, list, 0);
    slot >= 0;
    slot = findFrom(words, list, slot + 1)
  ) {
    const state = Atomics.load(words, participantAt(slot) + PARTICIPANT.STATE);
    if (state === STATE.ALIVE) return true;
    const bit = 1 << (slot & 31);
    Atomics.and(words, list + BITS + (slot >> 5), ~bit);
  }
  return false;
}

/** Calls `visit` for every waiting participant. */
export function forEachWaiter(
  memory: Memory,
  list: number,
  visit: (slot: number) => void,
): void {
  for (
    let slot = findFrom(memory.words, list, 0);
    slot >= 0;
    slot = findFrom(memory.words, list, slot + 1)
  ) visit(slot);
}

/** The first waiter at or after a slot, or -1. */
function findFrom(words: Int32Array, list: number, slot: number): number {
  if (slot >= SLOT_COUNT) return -1;
  const summary = Atomics.load(words, list + SUMMARY);
  for (let word = slot >> 5; word < BIT_WORDS; word++) {
    if ((summary & (1 << word)) === 0) continue;
    let bits = Atomics.load(words, list + BITS + word);
    if (word === slot >> 5) bits &= -1 << (slot & 31);
    if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits & -bits);
  }
  return -1;
}
