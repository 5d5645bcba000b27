import type { Memory } from "./memory.ts";
import {
  checkStopped,
  isAlive,
  isCurrent,
  markDead,
  mayStillWrite,
} from "./participants.ts";
import { slotOf } from "./layout.ts";

/** Set in the word when somebody may be asleep on it. */
const CONTENDED = 1 << 31;
/** Looks at the word before going to sleep; most sections are shorter than that. */
const SPINS = 150;
/** Milliseconds between two doubts whether the owner still lives. */
const DOUBT_MS = 20;

/**
 * Enters the critical section that a word guards. Sections run nothing of the program's and
 * wait for other sections at most, so waiting blocks. Most are a few hundred nanoseconds
 * long. Longer are those that write a message with what it carries, that look for a name
 * among all, that get memory from the system, and that clear up after the dead: these look
 * at all cells, write to the log, and wake everybody.
 *
 * | word           | means                                      |
 * | -------------- | ------------------------------------------ |
 * | 0              | free                                       |
 * | id             | owned by that participant                  |
 * | id + CONTENDED | owned, and the owner must wake a sleeper   |
 *
 * @returns whether its last owner died inside, so that the caller must repair
 */
export function enter(memory: Memory, word: number): boolean {
  const { words, self } = memory;
  checkStopped(memory);
  if (Atomics.compareExchange(words, word, 0, self) === 0) return false;
  for (let spin = 0; spin < SPINS; spin++) {
    if (
      Atomics.load(words, word) === 0 &&
      Atomics.compareExchange(words, word, 0, self) === 0
    ) return false;
  }
  let dead = 0;
  for (;;) {
    let seen = Atomics.load(words, word);
    if (seen === 0) {
      // Whoever has slept cannot know that it was alone: it leaves the mark.
      if (Atomics.compareExchange(words, word, 0, self | CONTENDED) === 0) {
        return false;
      }
      continue;
    }
    if (!isAlive(memory, seen & ~CONTENDED)) {
      if (seen !== dead || mayBeInside(memory, seen & ~CONTENDED)) {
        memory.sleepSync(word, dead = seen, DOUBT_MS);
        continue;
      }
      // Settles which of the waiters inherits from the dead owner.
      if (
        Atomics.compareExchange(words, word, seen, self | CONTENDED) === seen
      ) return true;
      continue;
    }
    if ((seen & CONTENDED) === 0) {
      const marked = seen | CONTENDED;
      if (Atomics.compareExchange(words, word, seen, marked) !== seen) continue;
      seen = marked;
    }
    const before = performance.now();
    memory.sleepSync(word, seen, DOUBT_MS);
    const owner = seen & ~CONTENDED;
    if (
      performance.now() - before >= DOUBT_MS / 2 && !memory.probe(slotOf(owner))
    ) markDead(memory, owner);
  }
}

/** Whether the owner has died inside, so that there may be something to repair. */
export function isDeserted(memory: Memory, word: number): boolean {
  const owner = Atomics.load(memory.words, word) & ~CONTENDED;
  return owner !== 0 && !isAlive(memory, owner);
}

/** Whether it is a thread that was terminated, and may go on for a moment. */
function mayBeInside(memory: Memory, owner: number): boolean {
  return isCurrent(memory, owner) && mayStillWrite(memory, owner);
}

/** Leaves the critical section, unless another has inherited that. */
export function leave(memory: Memory, word: number): void {
  const { words, self } = memory;
  if (Atomics.compareExchange(words, word, self, 0) === self) return;
  const marked = self | CONTENDED;
  if (Atomics.compareExchange(words, word, marked, 0) === marked) {
    memory.wake(word, 1);
  }
}
