import {
  cellAt,
  HEADER,
  type Memory,
  releaseBlock,
  tagOfCell,
} from "../memory/mod.ts";
import { CHANNEL, CHUNK, CHUNK_WORDS, RECORD } from "./layout.ts";
import { extraWords, recordWords, recount } from "./record.ts";

/** The end of a channel that records are read from. */
export class Head {
  /** The chunk that is read from. */
  words: Int32Array = new Int32Array();
  readonly #memory: Memory;
  readonly #at: number;
  readonly #tag: number;
  #unit = -1;

  /** @param cell that the channel is in */
  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    this.#at = cellAt(cell);
    this.#tag = tagOfCell(cell);
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
          ? Atomics.load(
            this.#memory.dataWords(next, CHUNK_WORDS),
            CHUNK.RECORDS,
          )
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
      releaseBlock(this.#memory, unit, this.#tag);
    }
  }

  /**
   * Copies of messages behind the next few, without taking any: plain ones, until
   * there are enough. Under GET_MUTEX.
   */
  peek(skipped: number, most: number, manyBytes: number): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let at = this.nextRecord();
    let chunk = this.words;
    let length = 0;
    while (at >= 0 && messages.length < most && length < manyBytes) {
      const header = Atomics.load(chunk, at);
      if (header === RECORD.END) {
        const next = chunk[CHUNK.NEXT] - 1;
        chunk = this.#memory.dataWords(next, CHUNK_WORDS);
        at = CHUNK.RECORDS;
        continue;
      }
      if ((header & ~RECORD.LENGTH) !== RECORD.COMMITTED) break;
      if (skipped > 0) skipped--;
      else {
        const byteLength = header & RECORD.LENGTH;
        const start = chunk.byteOffset + (at + 1) * 4;
        const shared = new Uint8Array(chunk.buffer, start, byteLength);
        messages.push(shared.slice());
        length += byteLength;
      }
      at += recordWords(header);
    }
    return messages;
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
      releaseBlock(memory, before, this.#tag, head[CHUNK.PREVIOUS_SEQUENCE]);
    }
    if (last < 0 || (head[last] & RECORD.BLOCK) === 0) return;
    const body = last + 1 + extraWords(head, last, head[last]);
    releaseBlock(memory, head[body], this.#tag, head[body + 2]);
  }
}
