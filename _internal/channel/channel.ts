import {
  allocate,
  CELL,
  cellAt,
  enter,
  HEADER,
  leave,
  type Memory,
  release,
  retag,
  sequenceOf,
  tagOfCell,
} from "../memory/mod.ts";
import { hasWaiters, NOT_YET, type Parking } from "../parking/mod.ts";
import { cargoWords, dispatch, unload, writeCargo } from "./cargo.ts";
import {
  CHANNEL,
  CHUNK,
  CHUNK_WORDS,
  linesOf,
  MAX_CARGO,
  MAX_INLINE,
  RECORD,
} from "./layout.ts";
import type { Parcel } from "./parcel.ts";
import { extraWords, recordWords, recount } from "./record.ts";

/*
 * A log of records in a chain of chunks. Writers take turns under PUT_MUTEX,
 * readers under GET_MUTEX; the two never meet but through a record's header.
 *
 * Who dies between any two lines:
 * - a writer before the header is stored: there is no record; the next writer
 *   writes over it;
 * - a writer after that: the next one finds the record behind WRITE_AT, moves on
 *   and counts anew (`#repairPut`);
 * - a reader before READ_AT is stored: the record is still there for the next;
 *   after that: it was its own; the next one counts anew (`#repairGet`);
 * - a carrier of a large message: its block bears its tag until the channel or
 *   the receiver has taken it over, and is freed with what else it left.
 *
 * What belongs to the channel but hangs on nothing, since whoever was about to
 * change that died, is found by the same repairs. Blocks become the channel's under
 * PUT_MUTEX and cease to be under GET_MUTEX, so a writer's are told by their tag
 * alone; a reader's by their sequence, too: the block may have come back.
 */

/** What a reader is told before it takes a message. */
export interface Arrival {
  readonly raw: boolean;
  readonly byteLength: number;
}

/** Messages of bytes, from many senders to many receivers, each to one. */
export class Channel {
  readonly memory: Memory;
  readonly parking: Parking;
  readonly getters: number;
  readonly putters: number;
  /** The last message taken; valid until the next is. */
  taken: Uint8Array = NOTHING;
  /** Whether it was sent as bytes. */
  takenRaw = false;
  readonly #at: number;
  readonly #tag: number;
  #block = -1;
  #headUnit = -1;
  #head: Int32Array = NO_WORDS;
  #tailUnit = -1;
  #tail: Int32Array = NO_WORDS;
  #tailBytes: Uint8Array = NOTHING;

  constructor(parking: Parking, cell: number) {
    this.memory = parking.memory;
    this.parking = parking;
    this.#at = cellAt(cell);
    this.#tag = tagOfCell(cell);
    this.getters = this.#at + CHANNEL.GETTERS;
    this.putters = this.#at + CHANNEL.PUTTERS;
  }

  /** Sets how much may wait; 0 means no limit. */
  limit(maxCount: number, maxBytes: number): void {
    const { words } = this.memory;
    words[this.#at + CHANNEL.MAX_COUNT] = maxCount;
    words[this.#at + CHANNEL.MAX_LINES] = maxBytes === 0
      ? 0
      : linesOf(maxBytes);
  }

  /** Most messages that may wait; 0 for no limit. */
  get maxCount(): number {
    return this.memory.words[this.#at + CHANNEL.MAX_COUNT];
  }

  /** Messages that wait. Others may put and get meanwhile. */
  get size(): number {
    const { words } = this.memory;
    const got = Atomics.load(words, this.#at + CHANNEL.GET_COUNT);
    const put = Atomics.load(words, this.#at + CHANNEL.PUT_COUNT);
    return Math.max(0, put - got | 0);
  }

  /** Whether nothing may be put any more. */
  get isClosed(): boolean {
    return Atomics.load(this.memory.words, this.#at + CHANNEL.CLOSED) !== 0;
  }

  /** Ends putting, and tells all who wait. No put succeeds after this has returned. */
  close(): void {
    const mutex = this.#at + CHANNEL.PUT_MUTEX;
    if (enter(this.memory, mutex)) this.#repairPut();
    Atomics.store(this.memory.words, this.#at + CHANNEL.CLOSED, 1);
    leave(this.memory, mutex);
    this.wakeAll();
  }

  /** Lets all who wait look again. */
  wakeAll(): void {
    this.parking.wakeAll(this.getters);
    this.parking.wakeAll(this.putters);
  }

  /** Whether there is a message to get, without taking turns. */
  hasMessage(): boolean {
    const { words } = this.memory;
    for (;;) {
      const unit = Atomics.load(words, this.#at + CHANNEL.HEAD) - 1;
      if (unit < 0) return false;
      const head = this.#viewHead(unit);
      const place = Atomics.load(head, CHUNK.READ_AT);
      // A chunk that is not the head any more may be anything by now.
      let header = place >>> 0 < CHUNK_WORDS ? Atomics.load(head, place) : 0;
      if (header === RECORD.END) {
        // The message may be the first of the next chunk.
        const next = Atomics.load(head, CHUNK.NEXT) - 1;
        header = next >>> 0 < Atomics.load(words, HEADER.UNIT_TOP)
          ? Atomics.load(
            this.memory.dataWords(next, CHUNK_WORDS),
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

  /**
   * Puts a message if there is room.
   *
   * @param refuse may throw to say that nothing can be put any more
   * @returns whether there was room
   */
  tryPut(parcel: Parcel, refuse: () => void): boolean {
    const { memory } = this;
    const { words } = memory;
    const at = this.#at;
    if (parcel.cargo.length > MAX_CARGO) throw tooMuchCargo(parcel);
    if (parcel.byteLength > MAX_INLINE && parcel.block < 0) parcel.load(memory);
    if (enter(memory, at + CHANNEL.PUT_MUTEX)) this.#repairPut();
    try {
      refuse();
      if (this.#isFull()) return false;
      const cargo = parcel.cargo;
      const loaded = parcel.block >= 0;
      const extra = cargo.length === 0 ? 0 : cargoWords(cargo);
      const length = (loaded ? 12 : parcel.byteLength) + extra * 4;
      const header = RECORD.COMMITTED | length |
        (parcel.raw ? RECORD.RAW : 0) | (loaded ? RECORD.BLOCK : 0) |
        (extra === 0 ? 0 : RECORD.CARRIES);
      const size = recordWords(header);
      const start = this.#makeRoom(size);
      const tail = this.#tail;
      let body = start + 1;
      if (extra !== 0) {
        writeCargo(tail, body, cargo);
        body += extra;
      }
      if (loaded) {
        tail[body] = parcel.block;
        tail[body + 1] = parcel.byteLength;
        tail[body + 2] = sequenceOf(memory, parcel.block);
        tail[CHUNK.LOADED] = parcel.block + 1;
        tail[CHUNK.LOADED_AT] = start;
        // Before the commit: a committed block must not go with its carrier.
        retag(memory, parcel.block, memory.self, this.#tag);
      } else {
        parcel.writeTo(
          this.#tailBytes.subarray(body * 4, body * 4 + parcel.byteLength),
        );
      }
      tail[start + size] = 0;
      Atomics.store(tail, start, header);
      tail[CHUNK.WRITE_AT] = start + size;
      words[at + CHANNEL.PUT_LINES] += linesOf(parcel.byteLength);
      words[at + CHANNEL.PUT_COUNT]++;
      if (loaded) parcel.block = -1;
      if (extra !== 0) dispatch(cargo);
    } catch (error) {
      parcel.abandon();
      throw error;
    } finally {
      leave(memory, at + CHANNEL.PUT_MUTEX);
    }
    this.parking.wakeOne(this.getters);
    if (hasWaiters(memory, this.putters) && !this.#isFull()) {
      this.parking.wakeOne(this.putters);
    }
    return true;
  }

  /**
   * Takes a message if there is one; it is then in {@linkcode taken}.
   *
   * @param accept may look at it first, and throw to leave it
   */
  tryTake(accept?: (arrival: Arrival) => void): boolean {
    if (!this.hasMessage()) return false;
    this.discardTaken();
    const { memory } = this;
    const { words } = memory;
    const at = this.#at;
    let more = false;
    if (enter(memory, at + CHANNEL.GET_MUTEX)) this.#repairGet();
    try {
      const start = this.#nextRecord();
      if (start < 0) return false;
      const head = this.#head;
      const header = Atomics.load(head, start);
      const size = recordWords(header);
      let body = start + 1;
      let byteLength = header & RECORD.LENGTH;
      const loaded = (header & RECORD.BLOCK) !== 0;
      const raw = (header & RECORD.RAW) !== 0;
      if ((header & RECORD.CARRIES) !== 0) {
        const extra = 1 + head[body] * 2;
        accept?.({
          raw,
          byteLength: loaded
            ? head[body + extra + 1] >>> 0
            : byteLength - extra * 4,
        });
        unload(head, body);
        body += extra;
        byteLength -= extra * 4;
      } else {
        accept?.({
          raw,
          byteLength: loaded ? head[body + 1] >>> 0 : byteLength,
        });
      }
      const unit = head[body];
      if (loaded) byteLength = head[body + 1] >>> 0;
      else this.#copyOut(head, body, byteLength);
      Atomics.store(head, CHUNK.READ_AT, start + size);
      words[at + CHANNEL.GET_LINES] += linesOf(byteLength);
      words[at + CHANNEL.GET_COUNT]++;
      if (loaded) {
        retag(memory, unit, this.#tag, memory.self);
        this.#block = unit;
        this.taken = memory.bytes(unit, byteLength);
      }
      this.takenRaw = raw;
      more = Atomics.load(head, start + size) !== 0;
    } finally {
      leave(memory, at + CHANNEL.GET_MUTEX);
    }
    // Whoever was woken passes the wake on while there is more.
    if (more) this.parking.wakeOne(this.getters);
    if (hasWaiters(memory, this.putters) && this.#hasDrained()) {
      this.parking.wakeOne(this.putters);
    }
    return true;
  }

  /** Frees the memory of the message taken last. */
  discardTaken(): void {
    this.taken = NOTHING;
    if (this.#block < 0) return;
    release(this.memory, this.#block, this.memory.self);
    this.#block = -1;
  }

  /** Takes a message, as an attempt for the parking. */
  attemptTake(accept?: (arrival: Arrival) => void): true | typeof NOT_YET {
    return this.tryTake(accept) ? true : NOT_YET;
  }

  #copyOut(head: Int32Array, body: number, byteLength: number): void {
    const words = byteLength + 3 >> 2;
    if (words <= 24) {
      // Cheaper than a view and a call for what is short.
      for (let word = 0; word < words; word++) {
        SCRATCH_WORDS[word] = head[body + word];
      }
    } else {
      SCRATCH_WORDS.set(head.subarray(body, body + words));
    }
    this.taken = SCRATCH.subarray(0, byteLength);
  }

  #isFull(): boolean {
    const { words } = this.memory;
    const at = this.#at;
    const maxCount = words[at + CHANNEL.MAX_COUNT];
    if (maxCount !== 0 && this.size >= maxCount) return true;
    const maxLines = words[at + CHANNEL.MAX_LINES];
    return maxLines !== 0 && this.#waitingLines() >= maxLines;
  }

  /** Whether a waiting sender is worth waking: room for one, or for half of the bytes. */
  #hasDrained(): boolean {
    const maxLines = this.memory.words[this.#at + CHANNEL.MAX_LINES];
    return maxLines === 0
      ? !this.#isFull()
      : this.#waitingLines() <= maxLines >> 1;
  }

  #waitingLines(): number {
    const { words } = this.memory;
    const got = Atomics.load(words, this.#at + CHANNEL.GET_LINES);
    return Atomics.load(words, this.#at + CHANNEL.PUT_LINES) - got | 0;
  }

  /** Where to write a record of so many words, in the last chunk or a new one. */
  #makeRoom(size: number): number {
    const { words } = this.memory;
    const at = this.#at;
    const unit = words[at + CHANNEL.TAIL] - 1;
    if (unit < 0) {
      const first = this.#beginChunk(-1);
      Atomics.store(words, at + CHANNEL.TAIL, first + 1);
      retag(this.memory, first, this.memory.self, this.#tag);
      Atomics.store(words, at + CHANNEL.HEAD, first + 1);
      return CHUNK.RECORDS;
    }
    this.#viewTail(unit);
    const start = this.#tail[CHUNK.WRITE_AT];
    // One word more is for the mark that ends the chunk, or the records.
    if (start + size + 1 <= CHUNK_WORDS) return start;
    const full = this.#tail;
    const next = this.#beginChunk(unit);
    Atomics.store(full, CHUNK.NEXT, next + 1);
    retag(this.memory, next, this.memory.self, this.#tag);
    Atomics.store(full, start, RECORD.END);
    Atomics.store(words, at + CHANNEL.TAIL, next + 1);
    return CHUNK.RECORDS;
  }

  /** Makes a chunk, still tagged as carried by us, to be the tail. */
  #beginChunk(previous: number): number {
    const { memory } = this;
    const { words } = memory;
    words[this.#at + CELL.HAS_BLOCKS] = 1;
    const unit = allocate(memory, CHUNK_WORDS * 4, memory.self);
    this.#viewTail(unit);
    const chunk = this.#tail;
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

  /** Where the next record is, in the first chunk that has one, or -1. */
  #nextRecord(): number {
    const { words } = this.memory;
    const at = this.#at + CHANNEL.HEAD;
    for (;;) {
      const unit = words[at] - 1;
      if (unit < 0) return -1;
      const head = this.#viewHead(unit);
      const start = head[CHUNK.READ_AT];
      const header = Atomics.load(head, start);
      if (header === 0) return -1;
      if (header !== RECORD.END) return start;
      const next = head[CHUNK.NEXT];
      // Its writer may have died, or sleep, before it moved on: nobody must look
      // for the tail in a chunk that is free.
      Atomics.compareExchange(words, this.#at + CHANNEL.TAIL, unit + 1, next);
      Atomics.store(words, at, next);
      release(this.memory, unit, this.#tag);
    }
  }

  #viewHead(unit: number): Int32Array {
    if (unit !== this.#headUnit) {
      this.#head = this.memory.dataWords(unit, CHUNK_WORDS);
      this.#headUnit = unit;
    }
    return this.#head;
  }

  #viewTail(unit: number): void {
    if (unit === this.#tailUnit) return;
    this.#tailUnit = unit;
    this.#tail = this.memory.dataWords(unit, CHUNK_WORDS);
    this.#tailBytes = this.memory.bytes(unit, CHUNK_WORDS * 4);
  }

  /** Finishes what a dead writer began: finds the end, counts anew. */
  #repairPut(): void {
    const { memory } = this;
    const { words } = memory;
    const at = this.#at;
    for (;;) {
      const unit = Atomics.load(words, at + CHANNEL.TAIL) - 1;
      if (unit < 0) return;
      if (Atomics.load(words, at + CHANNEL.HEAD) === 0) {
        // It died beginning the first chunk.
        release(memory, unit, this.#tag);
        Atomics.store(words, at + CHANNEL.TAIL, 0);
        return;
      }
      this.#viewTail(unit);
      const tail = this.#tail;
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
      if (next !== 0) release(memory, next - 1, this.#tag);
      Atomics.store(tail, CHUNK.NEXT, 0);
      const loaded = tail[CHUNK.LOADED];
      if (loaded !== 0 && tail[CHUNK.LOADED_AT] === end) {
        release(memory, loaded - 1, this.#tag);
      }
      Atomics.store(tail, CHUNK.LOADED, 0);
      return;
    }
  }

  /** Counts anew what dead readers have taken, and frees what they had not yet. */
  #repairGet(): void {
    const { memory } = this;
    const { words } = memory;
    const unit = words[this.#at + CHANNEL.HEAD] - 1;
    if (unit < 0) return;
    const head = this.#viewHead(unit);
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

const NOTHING = new Uint8Array();
const NO_WORDS = new Int32Array();
const SCRATCH = new Uint8Array(MAX_INLINE);
const SCRATCH_WORDS = new Int32Array(SCRATCH.buffer);

function tooMuchCargo({ cargo }: Parcel): RangeError {
  return new RangeError(
    `Cannot send: the message carries ${cargo.length} shared objects, of ${MAX_CARGO} at most`,
  );
}
