import {
  CONTROL_WORDS,
  DATA,
  HEADER,
  MAGIC,
  MEMORY_BYTES,
  PARTICIPANT,
  participantAt,
  STATE,
  UNIT_BYTES,
} from "./layout.ts";
import type { Memory } from "./memory.ts";
import { hasLostStarter, isAlive, layOutParticipants } from "./participants.ts";

/** How far the buffer grows at a time, so that it grows seldom. */
const GROWTH = 1 << 22;

/** A growable `SharedArrayBuffer`, for the threads of one process. */
export class ThreadMemory implements Memory {
  readonly reach = "thread";
  readonly words: Int32Array;
  readonly buffer: SharedArrayBuffer;
  readonly sleepHoldsProgram = false;
  self = 0;
  outlives = false;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, CONTROL_WORDS);
  }

  bytes(unit: number, byteLength: number): Uint8Array {
    return new Uint8Array(this.buffer, DATA + unit * UNIT_BYTES, byteLength);
  }

  dataWords(unit: number, length: number): Int32Array {
    return new Int32Array(this.buffer, DATA + unit * UNIT_BYTES, length);
  }

  grow(unit: number): boolean {
    const { byteLength, maxByteLength } = this.buffer;
    const needed = DATA + (unit + 1) * UNIT_BYTES;
    if (needed <= byteLength) return true;
    if (needed > maxByteLength) return false;
    try {
      this.buffer.grow(
        Math.min(maxByteLength, Math.ceil(needed / GROWTH) * GROWTH),
      );
      return true;
    } catch {
      return false;
    }
  }

  discard(): boolean {
    return false;
  }

  sleepSync(word: number, expected: number, ms: number): void {
    Atomics.wait(this.words, word, expected, ms);
  }

  async sleep(word: number, expected: number): Promise<void> {
    await Atomics.waitAsync(this.words, word, expected).value;
  }

  wake(word: number, count: number): void {
    Atomics.notify(this.words, word, count);
  }

  /** Threads record their end themselves, or those who end them do. */
  probe(slot: number): boolean {
    const at = participantAt(slot) + PARTICIPANT.STATE;
    const state = Atomics.load(this.words, at);
    if (state < 0) return isAlive(this, -state);
    return state !== STATE.DEAD && !hasLostStarter(this, slot);
  }
}

/** Makes the thread memory of a program. */
export function createBuffer(): SharedArrayBuffer {
  for (let size = MEMORY_BYTES;; size = Math.floor(size / 4)) {
    try {
      const buffer = new SharedArrayBuffer(DATA, { maxByteLength: size });
      const words = new Int32Array(buffer, 0, CONTROL_WORDS);
      layOutParticipants(words);
      Atomics.store(words, HEADER.MAGIC, MAGIC);
      return buffer;
    } catch (error) {
      // Where address space is limited, less of it may do.
      if (!(error instanceof RangeError) || size / 4 < DATA * 2) throw error;
    }
  }
}
