import {
  allocate,
  HEADER,
  type Memory,
  release,
  retag,
  sequenceOf,
} from "../memory/mod.ts";
import { CHANNEL, CHUNK, CHUNK_WORDS, linesOf, RECORD } from "./layout.ts";
import { extraWords, recordWords, recount } from "./record.ts";

/** The end of a channel that records are read from. */
export class Head {
  /** The chunk that is read from. */
  words: Int32Array = new Int32Array();
  readonly #memory: Memory;
  readonly #at: number;
  readonly #tag: number;
  #unit = -1;

  /**
   * @param at first word of the channel's cell
   * @param tag of what belongs to the channel
   */
  constructor(memory: Memory, at: number, tag: number) {
    this.#memory = memory;
    this.#at = at;
    this.#tag = tag;
  }

  /** Whether there is a message to get, without taking turns. */
  hasMessage(): boolean {
    const { words } = this.#memory;
    for (;;) {
      const unit = Atomics.load(words, this.#at + CHANNEL.HEAD) - 1;
      if (unit < 0) return false;
      const head = this.#view(unit);
      const place = Atomics.load(head, CHUNK.READ_AT);
      // A chunk that is not the head any more may be anything by now.
      let header = place >>> 0 < CHUNK_WORDS ? Atomics.load(head, place) : 0;
      if (header === RECORD.END) {
        // The message may be the first of the next chunk.
        const next = Atomics.load(head, CHUNK.NEXT) - 1;
        header = next >>> 0 < Atomics.load(words, HEADER.UNIT_TOP)
          ? firstHeader(this.#memory.dataWords(next, CHUNK_WORDS))
          : 0;
      }
      if (Atomics.load(words, this.#at + CHANNEL.HEAD) - 1 !== unit) continue;
      if (header !== 0) return true;
      // It may have come back as the head.
      if (Atomics.load(head, CHUNK.READ_AT) === place) return false;
    }
  }

  /** Where the next record is, in the first chunk that has one, or -1. Under GET_MUTEX. */
  nextRecord(): number {
    const { words } = this.#memory;
    const at = this.#at + CHANNEL.HEAD;
    for (;;) {
      const unit = words[at] - 1;
      if (unit < 0) return -1;
      const head = this.#view(unit);
      const start = head[CHUNK.READ_AT];
      const header = Atomics.load(head, start);
      if (header === 0) return -1;
      if (header !== RECORD.END) return start;
      const next = head[CHUNK.NEXT];
      // Its writer may have died, or sleep, before it moved on: nobody must look
      // for the tail in a chunk that is free.
      Atomics.compareExchange(words, this.#at + CHANNEL.TAIL, unit + 1, next);
      Atomics.store(words, at, next);
      release(this.#memory, unit, this.#tag);
    }
  }

  /**
   * Puts messages before all others, in their order. They were taken from here, and
   * fit into a chunk. Under GET_MUTEX.
   */
  prepend(messages: readonly Uint8Array[]): void {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    const old = words[at + CHANNEL.HEAD];
    const unit = allocate(memory, CHUNK_WORDS * 4, memory.self);
    const chunk = memory.dataWords(unit, CHUNK_WORDS);
    const bytes = memory.bytes(unit, CHUNK_WORDS * 4);
    let place: number = CHUNK.RECORDS;
    let lines = 0;
    for (const message of messages) {
      chunk[place] = RECORD.COMMITTED | message.byteLength;
      bytes.set(message, (place + 1) * 4);
      place += recordWords(chunk[place]);
      lines += linesOf(message.byteLength);
    }
    chunk[place] = RECORD.END;
    chunk[CHUNK.NEXT] = old;
    chunk[CHUNK.READ_AT] = CHUNK.RECORDS;
    chunk[CHUNK.WRITE_AT] = place;
    const count = words[at + CHANNEL.GET_COUNT] - messages.length | 0;
    lines = words[at + CHANNEL.GET_LINES] - lines | 0;
    chunk[CHUNK.FIRST_COUNT] = count;
    chunk[CHUNK.FIRST_LINES] = lines;
    chunk[CHUNK.PREVIOUS] = 0;
    chunk[CHUNK.LOADED] = 0;
    // Whoever repairs after us frees it, if we die before it is the head.
    const next = memory.dataWords(old - 1, CHUNK_WORDS);
    next[CHUNK.PREVIOUS_SEQUENCE] = sequenceOf(memory, unit);
    next[CHUNK.PREVIOUS] = unit + 1;
    retag(memory, unit, memory.self, this.#tag);
    // The commit: from here on they wait again.
    Atomics.store(words, at + CHANNEL.HEAD, unit + 1);
    words[at + CHANNEL.GET_COUNT] = count;
    words[at + CHANNEL.GET_LINES] = lines;
  }

  #view(unit: number): Int32Array {
    if (unit !== this.#unit) {
      this.words = this.#memory.dataWords(unit, CHUNK_WORDS);
      this.#unit = unit;
    }
    return this.words;
  }

  /** Counts anew what dead readers have taken, and frees what they had not yet. Under GET_MUTEX. */
  repair(): void {
    const memory = this.#memory;
    const { words } = memory;
    const unit = words[this.#at + CHANNEL.HEAD] - 1;
    if (unit < 0) return;
    const head = this.#view(unit);
    const { count, lines, last } = recount(head, head[CHUNK.READ_AT]);
    words[this.#at + CHANNEL.GET_COUNT] = count;
    words[this.#at + CHANNEL.GET_LINES] = lines;
    const before = head[CHUNK.PREVIOUS] - 1;
    if (before >= 0) {
      release(memory, before, this.#tag, head[CHUNK.PREVIOUS_SEQUENCE]);
    }
    if (last < 0 || (head[last] & RECORD.BLOCK) === 0) return;
    const body = last + 1 + extraWords(head, last, head[last]);
    release(memory, head[body], this.#tag, head[body + 2]);
  }
}

/** The header of the first record that is left in a chunk, which may be anything by now. */
function firstHeader(chunk: Int32Array): number {
  const place = Atomics.load(chunk, CHUNK.READ_AT);
  return place >>> 0 < CHUNK_WORDS ? Atomics.load(chunk, place) : 0;
}
