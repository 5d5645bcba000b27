import {
  allocate,
  cellAt,
  type Memory,
  noteBlocks,
  releaseBlock,
  retag,
  sequenceOf,
  tagOfCell,
} from "../memory/mod.ts";
import { CHANNEL, CHUNK, CHUNK_WORDS, RECORD } from "./layout.ts";
import { recount } from "./record.ts";

/** The end of a channel that records are written to. All of it is done under PUT_MUTEX. */
export class Tail {
  /** The chunk that is written to, as words and as bytes. */
  words: Int32Array = new Int32Array();
  bytes: Uint8Array = new Uint8Array();
  readonly #memory: Memory;
  readonly #cell: number;
  readonly #at: number;
  readonly #tag: number;
  #unit = -1;

  /** @param cell that the channel is in */
  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    this.#cell = cell;
    this.#at = cellAt(cell);
    this.#tag = tagOfCell(cell);
  }

  /** Where to write a record of so many words, in the last chunk or a new one. */
  makeRoom(size: number): number {
    const { words } = this.#memory;
    const at = this.#at;
    const unit = words[at + CHANNEL.TAIL] - 1;
    if (unit < 0) {
      const first = this.#beginChunk(-1);
      Atomics.store(words, at + CHANNEL.TAIL, first + 1);
      retag(this.#memory, first, this.#memory.self, this.#tag);
      Atomics.store(words, at + CHANNEL.HEAD, first + 1);
      return CHUNK.RECORDS;
    }
    this.#view(unit);
    const start = this.words[CHUNK.WRITE_AT];
    // One word more is for the mark that ends the chunk, or the records.
    if (start + size + 1 <= CHUNK_WORDS) return start;
    const full = this.words;
    const next = this.#beginChunk(unit);
    Atomics.store(full, CHUNK.NEXT, next + 1);
    retag(this.#memory, next, this.#memory.self, this.#tag);
    Atomics.store(full, start, RECORD.END);
    Atomics.store(words, at + CHANNEL.TAIL, next + 1);
    return CHUNK.RECORDS;
  }

  /** Makes a chunk, still tagged as carried by us, to be the tail. */
  #beginChunk(previous: number): number {
    const memory = this.#memory;
    const { words } = memory;
    noteBlocks(memory, this.#cell);
    const unit = allocate(memory, CHUNK_WORDS * 4, memory.self);
    this.#view(unit);
    const chunk = this.words;
    chunk[CHUNK.NEXT] = 0;
    chunk[CHUNK.READ_AT] = CHUNK.RECORDS;
    chunk[CHUNK.WRITE_AT] = CHUNK.RECORDS;
    chunk[CHUNK.FIRST_COUNT] = words[this.#at + CHANNEL.PUT_COUNT];
    chunk[CHUNK.FIRST_LINES] = words[this.#at + CHANNEL.PUT_LINES];
    chunk[CHUNK.PREVIOUS] = previous + 1;
    chunk[CHUNK.PREVIOUS_SEQUENCE] = previous < 0
      ? 0
      : sequenceOf(memory, previous);
    chunk[CHUNK.LOADED] = 0;
    chunk[CHUNK.RECORDS] = 0;
    return unit;
  }

  #view(unit: number): void {
    if (unit === this.#unit) return;
    this.#unit = unit;
    this.words = this.#memory.dataWords(unit, CHUNK_WORDS);
    this.bytes = this.#memory.bytes(unit, CHUNK_WORDS * 4);
  }

  /** Finishes what a dead writer began: finds the end, counts anew. */
  repair(): void {
    const memory = this.#memory;
    const { words } = memory;
    const at = this.#at;
    for (;;) {
      const unit = Atomics.load(words, at + CHANNEL.TAIL) - 1;
      if (unit < 0) return;
      if (Atomics.load(words, at + CHANNEL.HEAD) === 0) {
        // It died beginning the first chunk.
        releaseBlock(memory, unit, this.#tag);
        Atomics.store(words, at + CHANNEL.TAIL, 0);
        return;
      }
      this.#view(unit);
      const tail = this.words;
      const { end, count, lines, ended } = recount(tail);
      const next = Atomics.load(tail, CHUNK.NEXT);
      if (ended) {
        // Fails if a reader has moved on, and freed the chunk.
        Atomics.compareExchange(words, at + CHANNEL.TAIL, unit + 1, next);
        continue;
      }
      if (Atomics.load(words, at + CHANNEL.TAIL) !== unit + 1) continue;
      // Without an end the chunk is nobody's but ours.
      tail[CHUNK.WRITE_AT] = end;
      words[at + CHANNEL.PUT_COUNT] = count;
      words[at + CHANNEL.PUT_LINES] = lines;
      if (next !== 0) releaseBlock(memory, next - 1, this.#tag);
      Atomics.store(tail, CHUNK.NEXT, 0);
      const loaded = tail[CHUNK.LOADED];
      if (loaded !== 0 && tail[CHUNK.LOADED_AT] === end) {
        releaseBlock(memory, loaded - 1, this.#tag);
      }
      Atomics.store(tail, CHUNK.LOADED, 0);
      return;
    }
  }
}
