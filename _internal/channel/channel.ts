import {
  cellAt,
  enter,
  isDeserted,
  leave,
  type Memory,
  releaseBlock,
  retag,
  sequenceOf,
  tagOfCell,
} from "../memory/mod.ts";
import { hasWaiters, NOT_YET, type Parking } from "../parking/mod.ts";
import {
  cargoWords,
  checkCargo,
  dispatch,
  unload,
  writeCargo,
} from "./cargo.ts";
import { Head } from "./head.ts";
import { CHANNEL, CHUNK, linesOf, MAX_INLINE, RECORD } from "./layout.ts";
import { type Lease, type LeaseEnd, Leasing } from "./lease.ts";
import { Limit } from "./limit.ts";
import type { Parcel } from "./parcel.ts";
import { checkSize, copyOut, recordWords } from "./record.ts";
import { Tail } from "./tail.ts";

/*
 * A log of records in a chain of chunks. Writers take turns under PUT_MUTEX,
 * readers under GET_MUTEX; the two never meet but through a record's header.
 *
 * Who dies between any two lines:
 * - a writer before the header is stored: there is no record; the next writer
 *   writes over it;
 * - a writer after that: the next one finds the record behind WRITE_AT, moves on
 *   and counts anew (`Tail.repair`);
 * - a reader before READ_AT is stored: the record is still there for the next;
 *   after that: it was its own; the next one counts anew (`Head.repair`), be it a
 *   writer that finds no room;
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

const NOTHING = new Uint8Array();
const NO_CELLS: readonly number[] = [];

/** Messages of bytes, from many senders to many receivers, each to one. */
export class Channel {
  readonly memory: Memory;
  readonly parking: Parking;
  readonly getters: number;
  readonly putters: number;
  /** Whether one alone may take for now. */
  readonly leasing: Leasing;
  /** The last message taken; valid until the next is. */
  taken: Uint8Array = NOTHING;
  /** Whether it was sent as bytes. */
  takenRaw = false;
  /** The cells that it carried. */
  takenCells: readonly number[] = NO_CELLS;
  readonly #at: number;
  readonly #tag: number;
  #block = -1;
  readonly #limit: Limit;
  readonly #head: Head;
  readonly #tail: Tail;

  constructor(parking: Parking, cell: number) {
    this.memory = parking.memory;
    this.parking = parking;
    this.#at = cellAt(cell);
    this.#tag = tagOfCell(cell);
    this.#limit = new Limit(this.memory, this.#at);
    this.leasing = new Leasing(this.memory, this.#at);
    this.#head = new Head(this.memory, cell);
    this.#tail = new Tail(this.memory, cell);
    this.getters = this.#at + CHANNEL.GETTERS;
    this.putters = this.#at + CHANNEL.PUTTERS;
  }

  /** Sets how much may wait; 0 means no limit. */
  limit(maxCount: number, maxBytes: number): void {
    this.#limit.set(maxCount, maxBytes);
  }

  /** Most messages that may wait; 0 for no limit. */
  get maxCount(): number {
    return this.#limit.maxCount;
  }

  /** Messages that wait. Others may put and get meanwhile. */
  get size(): number {
    return this.#limit.size;
  }

  /** Whether nothing may be put any more. */
  get isClosed(): boolean {
    return Atomics.load(this.memory.words, this.#at + CHANNEL.CLOSED) !== 0;
  }

  /** Ends putting, and tells all who wait. No put succeeds after this has returned. */
  close(): void {
    const mutex = this.#at + CHANNEL.PUT_MUTEX;
    if (enter(this.memory, mutex)) this.#tail.repair();
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
    return this.#head.hasMessage();
  }

  /**
   * Puts a message if there is room.
   *
   * @param refuse may throw to say that nothing can be put any more
   * @returns whether there was room
   */
  tryPut(parcel: Parcel, refuse: () => void): boolean {
    return this.#put(parcel, refuse, false) ||
      this.#recount() && this.#put(parcel, refuse, false);
  }

  /** Counts anew if a reader died before it had counted; whether one had. */
  #recount(): boolean {
    const mutex = this.#at + CHANNEL.GET_MUTEX;
    if (!isDeserted(this.memory, mutex)) return false;
    if (enter(this.memory, mutex)) this.#head.repair();
    leave(this.memory, mutex);
    return true;
  }

  /** Puts a message of a sender that has been told that there is room, and went on. */
  putPromised(parcel: Parcel): void {
    this.#put(parcel, () => {}, true);
  }

  /**
   * Whether senders may be promised room: the number of messages has no limit, and of the
   * bytes that may wait less than half do, or any number may.
   */
  get mayPromiseRoom(): boolean {
    return this.#limit.mayPromiseRoom();
  }

  #put(
    parcel: Parcel,
    refuse: () => void,
    isPromised: boolean,
  ): boolean {
    const { memory } = this;
    const { words } = memory;
    const at = this.#at;
    checkCargo(parcel.cargo.length);
    checkSize(parcel.byteLength);
    if (parcel.byteLength > MAX_INLINE && parcel.block < 0) parcel.load(memory);
    if (enter(memory, at + CHANNEL.PUT_MUTEX)) this.#tail.repair();
    try {
      refuse();
      if (!isPromised && this.#limit.isFull()) return false;
      const cargo = parcel.cargo;
      const loaded = parcel.block >= 0;
      const extra = cargo.length === 0 ? 0 : cargoWords(cargo);
      const length = (loaded ? 12 : parcel.byteLength) + extra * 4;
      const header = RECORD.COMMITTED | length |
        (parcel.raw ? RECORD.RAW : 0) | (loaded ? RECORD.BLOCK : 0) |
        (extra === 0 ? 0 : RECORD.CARRIES);
      const size = recordWords(header);
      const start = this.#tail.makeRoom(size);
      const tail = this.#tail.words;
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
        parcel.writeTo(this.#tail.bytes, body * 4);
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
    if (hasWaiters(memory, this.putters) && !this.#limit.isFull()) {
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
    return this.#takeNext(accept, false);
  }

  #takeNext(
    accept: ((arrival: Arrival) => void) | undefined,
    byLease: boolean,
  ): boolean {
    this.leasing.hasRefused = false;
    if (!this.#head.hasMessage()) return false;
    this.discardTaken();
    const { memory } = this;
    const mutex = this.#at + CHANNEL.GET_MUTEX;
    let more = false;
    if (enter(memory, mutex)) this.#head.repair();
    try {
      if (!byLease && this.leasing.refuses()) return false;
      const start = this.#head.nextRecord();
      if (start < 0) return false;
      more = this.#take(start, accept);
    } finally {
      leave(memory, mutex);
    }
    // Whoever was woken passes the wake on while there is more.
    if (more && !byLease) this.parking.wakeOne(this.getters);
    this.#tellPutters();
    return true;
  }

  /**
   * Takes all messages that there are, one after the other, while nobody else can take
   * any: what others have taken came before all of them.
   *
   * @param visit is called when one is in {@linkcode taken}; must not throw
   * @returns `NOT_YET` if a lease refuses that
   */
  takeAll(visit: () => void): true | typeof NOT_YET {
    this.leasing.hasRefused = false;
    if (!this.#head.hasMessage()) return true;
    const { memory } = this;
    const mutex = this.#at + CHANNEL.GET_MUTEX;
    if (enter(memory, mutex)) this.#head.repair();
    try {
      if (this.leasing.refuses()) return NOT_YET;
      for (
        let start = this.#head.nextRecord();
        start >= 0;
        start = this.#head.nextRecord()
      ) {
        this.discardTaken();
        this.#take(start);
        visit();
      }
    } finally {
      leave(memory, mutex);
    }
    this.discardTaken();
    this.#tellPutters();
    return true;
  }

  /** Keeps all from taking but by the lease; not if it is others' turn, or there is nothing to show. */
  lease(holder: number): Lease | undefined {
    const { memory, leasing } = this;
    const mutex = this.#at + CHANNEL.GET_MUTEX;
    if (enter(memory, mutex)) this.#head.repair();
    try {
      if (this.#head.peek(0, 1, 1).length === 0) return;
      const isWanted = hasWaiters(memory, this.getters);
      if (!leasing.begin(holder, { isWanted })) return;
    } finally {
      leave(memory, mutex);
    }
    return {
      wanted: () => leasing.wanted,
      show: (...which) => this.#show(...which),
      take: () => this.#takeNext(undefined, true),
      end: (how = {}) => this.#endLease(how),
    };
  }

  #show(skipped: number, most: number, manyBytes: number): Uint8Array[] {
    const mutex = this.#at + CHANNEL.GET_MUTEX;
    if (enter(this.memory, mutex)) this.#head.repair();
    try {
      return this.#head.peek(skipped, most, manyBytes);
    } finally {
      leave(this.memory, mutex);
    }
  }

  #endLease(how: LeaseEnd): void {
    this.discardTaken();
    this.leasing.end(how);
    // Those who wait for the last message of a closed channel are all to be told.
    if (this.isClosed) this.parking.wakeAll(this.getters);
    else this.parking.wakeOne(this.getters);
  }

  /** Takes the record at a place; whether there is another. Under GET_MUTEX. */
  #take(start: number, accept?: (arrival: Arrival) => void): boolean {
    const { memory } = this;
    const { words } = memory;
    const at = this.#at;
    const head = this.#head.words;
    const header = Atomics.load(head, start);
    const size = recordWords(header);
    let body = start + 1;
    let byteLength = header & RECORD.LENGTH;
    const loaded = (header & RECORD.BLOCK) !== 0;
    const raw = (header & RECORD.RAW) !== 0;
    this.takenCells = NO_CELLS;
    if ((header & RECORD.CARRIES) !== 0) {
      const extra = 1 + head[body] * 2;
      accept?.({
        raw,
        byteLength: loaded
          ? head[body + extra + 1] >>> 0
          : byteLength - extra * 4,
      });
      this.takenCells = unload(head, body, memory);
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
    else this.taken = copyOut(head, body, byteLength);
    Atomics.store(head, CHUNK.READ_AT, start + size);
    words[at + CHANNEL.GET_LINES] += linesOf(byteLength);
    words[at + CHANNEL.GET_COUNT]++;
    if (loaded) {
      retag(memory, unit, this.#tag, memory.self);
      this.#block = unit;
      this.taken = memory.bytes(unit, byteLength);
    }
    this.takenRaw = raw;
    return Atomics.load(head, start + size) !== 0;
  }

  #tellPutters(): void {
    if (hasWaiters(this.memory, this.putters) && this.#limit.hasDrained()) {
      this.parking.wakeOne(this.putters);
    }
  }

  /** Frees the memory of the message taken last. */
  discardTaken(): void {
    this.taken = NOTHING;
    if (this.#block < 0) return;
    releaseBlock(this.memory, this.#block, this.memory.self);
    this.#block = -1;
  }
}
