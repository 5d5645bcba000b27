import {
  CONTROL_WORDS,
  DATA,
  HEADER,
  MAGIC,
  MEMORY_BYTES,
  PARTICIPANT,
  participantAt,
  slotOf,
  STATE,
  UNIT_BYTES,
} from "./layout.ts";
import {
  cString,
  FUTEX_CALL,
  lastingCalls,
  makingCalls,
  seldomCalls,
  sleepingCalls,
} from "./libc.ts";
import type { Memory } from "./memory.ts";
import { lookAround, obstacleIn } from "./obstacle.ts";
import {
  hasLostStarter,
  isAlive,
  isSpawned,
  layOutParticipants,
} from "./participants.ts";
import { PipeDoorbell } from "./pipe_doorbell.ts";
import { timespec } from "./timespec.ts";

const O_RDONLY_CLOEXEC = 0o2_000_000;
const O_RDWR_CLOEXEC = 0o2_000_002;
const MFD_CLOEXEC = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_WRLCK = 1;
const F_UNLCK = 2;
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const PUNCH_HOLE_KEEP_SIZE = 3;
/** A view is of so many units: not many, for the reason that `CONTROL_WORDS` gives. */
const SEGMENT_UNITS = 128;
/** A sleep off the main thread looks up now and then, in case its program has ended. */
const LONGEST_SLEEP_MS = 5_000;
/** Kept for good: a call off the main thread may read it at any time. */
const LONGEST_TIMESPEC = timespec(LONGEST_SLEEP_MS);

/** Where a process memory is mapped, for the other threads of the process. */
export interface Mapping {
  readonly fd: number;
  readonly base: bigint;
}

/** A sparse memfd, mapped whole. */
export class ProcessMemory implements Memory {
  readonly reach = "process";
  readonly words: Int32Array;
  readonly mapping: Mapping;
  readonly doorbell: PipeDoorbell;
  readonly sleepHoldsProgram = true;
  self = 0;
  outlives = false;
  readonly #base: Deno.PointerObject;
  readonly #segments: (ArrayBuffer | undefined)[] = [];

  constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.#base = Deno.UnsafePointer.create(mapping.base)!;
    this.words = new Int32Array(
      Deno.UnsafePointerView.getArrayBuffer(this.#base, CONTROL_WORDS * 4),
    );
    this.doorbell = new PipeDoorbell(this);
  }

  bytes(unit: number, byteLength: number): Uint8Array {
    const [buffer, offset] = this.#locate(unit, byteLength);
    return new Uint8Array(buffer, offset, byteLength);
  }

  dataWords(unit: number, length: number): Int32Array {
    const [buffer, offset] = this.#locate(unit, length * 4);
    return new Int32Array(buffer, offset, length);
  }

  ownBuffer(unit: number, byteLength: number): ArrayBuffer {
    return this.#view(DATA + unit * UNIT_BYTES, byteLength);
  }

  #locate(unit: number, byteLength: number): [ArrayBuffer, number] {
    const first = Math.floor(unit / SEGMENT_UNITS);
    const offset = (unit % SEGMENT_UNITS) * UNIT_BYTES;
    if (offset + byteLength > SEGMENT_UNITS * UNIT_BYTES) {
      return [this.#view(DATA + unit * UNIT_BYTES, byteLength), 0];
    }
    const size = SEGMENT_UNITS * UNIT_BYTES;
    return [
      this.#segments[first] ??= this.#view(DATA + first * size, size),
      offset,
    ];
  }

  #view(offset: number, byteLength: number): ArrayBuffer {
    const pointer = Deno.UnsafePointer.offset(this.#base, offset);
    return Deno.UnsafePointerView.getArrayBuffer(pointer!, byteLength);
  }

  grow(): boolean {
    return true;
  }

  discard(unit: number, units: number): boolean {
    return seldomCalls().fallocate(
      this.mapping.fd,
      PUNCH_HOLE_KEEP_SIZE,
      BigInt(DATA + unit * UNIT_BYTES),
      BigInt(units * UNIT_BYTES),
    ) === 0;
  }

  sleepSync(word: number, expected: number, ms: number): void {
    sleepingCalls().futex(
      FUTEX_CALL,
      Deno.UnsafePointer.offset(this.#base, word * 4),
      FUTEX_WAIT,
      expected,
      timespec(ms),
      null,
      0,
    );
  }

  async sleep(word: number, expected: number): Promise<void> {
    await sleepingCalls().futexAsync(
      FUTEX_CALL,
      Deno.UnsafePointer.offset(this.#base, word * 4),
      FUTEX_WAIT,
      expected,
      LONGEST_TIMESPEC,
      null,
      0,
    );
  }

  wake(word: number, count: number): void {
    sleepingCalls().futex(
      FUTEX_CALL,
      Deno.UnsafePointer.offset(this.#base, word * 4),
      FUTEX_WAKE,
      count,
      null,
      null,
      0,
    );
  }

  /** Takes the lock that says, until this process ends, that the slot's owner lives. */
  lockSlot(slot: number): void {
    if (
      lastingCalls().fcntl(
        this.mapping.fd,
        F_OFD_SETLK,
        flock(F_WRLCK, slot),
      ) !== 0
    ) {
      throw new Error(
        `Cannot join the shared memory: slot ${slot} is taken by another process`,
      );
    }
  }

  probe(slot: number): boolean {
    const { words } = this;
    const at = participantAt(slot);
    const state = Atomics.load(words, at + PARTICIPANT.STATE);
    if (state < 0) return isAlive(this, -state);
    if (state === STATE.STARTING) {
      const parent = Atomics.load(words, at + PARTICIPANT.PARENT);
      if (parent !== 0 && !isAlive(this, parent)) return false;
      return !isSpawned(this, slot) || isProcess(words[at + PARTICIPANT.PID]);
    }
    if (hasLostStarter(this, slot)) return false;
    const main = Atomics.load(words, at + PARTICIPANT.PROCESS);
    const ours = participantAt(slotOf(this.self)) + PARTICIPANT.PROCESS;
    if (main === words[ours]) return true;
    // Another process may have the slot, and so the lock, by now.
    if (!isAlive(this, main)) return false;
    const lock = flock(F_WRLCK, slotOf(main));
    return lastingCalls().fcntl(this.mapping.fd, F_OFD_GETLK, lock) !== 0 ||
      new Int16Array(lock.buffer)[0] !== F_UNLCK;
  }
}

/**
 * Makes the memory of a new program.
 *
 * @throws {Error} if it is not to be had, or children could not open it
 */
export function createMemory(): ProcessMemory {
  const obstacle = obstacleIn(lookAround());
  if (obstacle !== undefined) {
    throw new Error(`Cannot create shared memory: ${obstacle}`);
  }
  const { memfd_create, ftruncate } = makingCalls();
  const made = memfd_create(cString("multiprocessing"), MFD_CLOEXEC);
  if (made < 0) throw new Error("Cannot create shared memory: memfd_create()");
  // Locks belong to an open file description, so this process opens its own.
  const fd = openFile(`/proc/self/fd/${made}`);
  seldomCalls().close(made);
  if (fd < 0 || ftruncate(fd, BigInt(MEMORY_BYTES)) !== 0) {
    throw new Error(
      "Cannot create shared memory: it cannot be opened or sized",
    );
  }
  const memory = new ProcessMemory(map(fd));
  layOutParticipants(memory.words);
  Atomics.store(memory.words, HEADER.MAGIC, MAGIC);
  return memory;
}

/**
 * Maps the memory that another process has open.
 *
 * @throws {Deno.errors.NotFound} if that has closed it, as it has ended or ends
 */
export function openMapping(pid: number, fd: number): Mapping {
  const opened = openFile(`/proc/${pid}/fd/${fd}`);
  if (opened < 0) {
    throw new Deno.errors.NotFound(
      `Cannot open shared memory: process ${pid} has ended or belongs to another user`,
    );
  }
  return map(opened);
}

function openFile(path: string): number {
  return seldomCalls().open(cString(path), O_RDWR_CLOEXEC, 0);
}

function map(fd: number): Mapping {
  const pointer = seldomCalls().mmap(
    null,
    BigInt(MEMORY_BYTES),
    PROT_READ_WRITE,
    MAP_SHARED,
    fd,
    0n,
  );
  const base = Deno.UnsafePointer.value(pointer);
  if (base === 0n || base === 0xffff_ffff_ffff_ffffn) {
    throw new Error(
      `Cannot map shared memory: ${MEMORY_BYTES} bytes of address space are not to be had (ulimit -v?)`,
    );
  }
  return { fd, base: BigInt(base) };
}

/**
 * Whether a process runs. One that has ended runs no program, even while its parent has not
 * asked for its end.
 */
export function isProcess(pid: number): boolean {
  const { open, close } = lastingCalls();
  for (const who of [pid, "self"]) {
    const fd = open(cString(`/proc/${who}/exe`), O_RDONLY_CLOEXEC, 0);
    if (fd < 0) continue;
    close(fd);
    return who === pid;
  }
  // With too many files open it cannot be told.
  return true;
}

/** A `struct flock` for one byte. */
function flock(type: number, byte: number): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(32);
  new Int16Array(buffer)[0] = type;
  const wide = new BigInt64Array(buffer);
  wide[1] = BigInt(byte);
  wide[2] = 1n;
  return new Uint8Array(buffer);
}
