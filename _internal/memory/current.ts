import { maySharePages } from "./backend.ts";
import { HEADER, PARTICIPANT, participantAt, slotOf } from "./layout.ts";
import { hasLibc } from "./libc.ts";
import type { Memory } from "./memory.ts";
import { arrive, checkStopped, claim, isAlive } from "./participants.ts";
import {
  createMemory,
  type Mapping,
  openMapping,
  ProcessMemory,
} from "./process_memory.ts";
import { createBuffer, ThreadMemory } from "./thread_memory.ts";

/*
 * The memories of this isolate. The thread memory is what all threads of a
 * process have in common, so it is also where they agree on one process memory:
 *
 * | ATTACHED | means                                                     |
 * | -------- | --------------------------------------------------------- |
 * | 0        | this process has no process memory                        |
 * | 1        | one of its threads is making it                           |
 * | 2        | it is mapped at ATTACHED_BASE                             |
 */
const NONE = 0;
const MAKING = 1;
const MADE = 2;

let threads: ThreadMemory | undefined;
let processes: ProcessMemory | undefined;
/** In place of the widest one. */
let standIn: Memory | undefined;

/** Whether new primitives can be in memory that other processes map. */
export function reachesProcesses(): boolean {
  return maySharePages() && (processes !== undefined || hasLibc());
}

/** The memory for primitives that are as widely usable as possible here. */
export function widestMemory(): Memory {
  return standIn ?? widestBytes();
}

/** The same for bytes that users see as they are: never a hub's. */
export function widestBytes(): Memory {
  return reachesProcesses() ? processMemory() : threadMemory();
}

/** Makes what asks for the widest memory get another, from now on. */
export function replaceWidestMemory(memory: Memory): void {
  standIn = memory;
}

/** The same for as long as a function runs. */
export function withWidestMemory<T>(memory: Memory, run: () => T): T {
  const outer = standIn;
  standIn = memory;
  try {
    return run();
  } finally {
    standIn = outer;
  }
}

/** A memory by its reach, if this isolate has it already. */
export function openedMemory(reach: "thread" | "process"): Memory | undefined {
  return reach === "thread" ? threads : processes;
}

/** The memory of the threads of this process. */
export function threadMemory(): ThreadMemory {
  if (threads === undefined) {
    threads = new ThreadMemory(createBuffer());
    threads.self = claim(threads, 0);
    arrive(threads, threads.self);
    if (processes !== undefined) publish(processes.mapping, processes.self);
  }
  return threads;
}

/** Joins the memory of the thread that started this one. */
export function joinThreadMemory(buffer: SharedArrayBuffer, id: number): void {
  threads = new ThreadMemory(buffer);
  threads.self = id;
  threads.outlives = true;
}

/**
 * The memory of this program's processes.
 *
 * Needs Linux and `--allow-ffi`.
 */
export function processMemory(): ProcessMemory {
  if (processes !== undefined) return processes;
  if (threads === undefined) return processes = begin(createMemory());
  const { words } = threads;
  // Settles which thread makes it.
  while (
    Atomics.compareExchange(words, HEADER.ATTACHED, NONE, MAKING) !== NONE
  ) {
    if (Atomics.load(words, HEADER.ATTACHED) === MADE) {
      return processes = enterFromThread();
    }
    threads.sleepSync(HEADER.ATTACHED, MAKING, 100);
  }
  try {
    const memory = begin(createMemory());
    publish(memory.mapping, memory.self);
    // The main thread's place; a thread that came first takes one of its own.
    processes = isMainThread() ? memory : enterFromThread();
  } catch (error) {
    Atomics.store(words, HEADER.ATTACHED, NONE);
    throw error;
  }
  return processes;
}

/**
 * Joins the memory of the process that started this one.
 *
 * @returns `false` if it has been given up meanwhile, or its program ends
 */
export function joinProcessMemory(
  pid: number,
  fd: number,
  id: number,
): boolean {
  const memory = new ProcessMemory(openMapping(pid, fd));
  memory.self = id;
  // Whoever has been given up may find the slot taken by another.
  if (!isAlive(memory, id)) return false;
  memory.lockSlot(slotOf(id));
  memory.words[participantAt(slotOf(id)) + PARTICIPANT.PID] = Deno.pid;
  processes = memory;
  // In this order: who ends the program says so first, and then looks for those who
  // have arrived.
  return arrive(memory, id) && Atomics.load(memory.words, HEADER.ENDING) === 0;
}

/** Takes the first place in a new memory. */
function begin(memory: ProcessMemory): ProcessMemory {
  memory.self = claim(memory, 0);
  memory.lockSlot(slotOf(memory.self));
  arrive(memory, memory.self);
  return memory;
}

function publish(mapping: Mapping, main: number): void {
  const words = threads!.words;
  words[HEADER.ATTACHED_FD] = mapping.fd;
  words[HEADER.ATTACHED_BASE_LOW] = Number(BigInt.asIntN(32, mapping.base));
  words[HEADER.ATTACHED_BASE_HIGH] = Number(mapping.base >> 32n);
  words[HEADER.ATTACHED_MAIN] = main;
  Atomics.store(words, HEADER.ATTACHED, MADE);
  Atomics.notify(words, HEADER.ATTACHED);
}

function enterFromThread(): ProcessMemory {
  // One that has been terminated would never be cleared up after.
  checkStopped(threads!);
  const { words } = threads!;
  const main = words[HEADER.ATTACHED_MAIN];
  const memory = new ProcessMemory({
    fd: words[HEADER.ATTACHED_FD],
    base: BigInt(words[HEADER.ATTACHED_BASE_HIGH]) << 32n |
      BigInt(words[HEADER.ATTACHED_BASE_LOW] >>> 0),
  });
  if (isMainThread()) {
    memory.self = main;
    return memory;
  }
  const twin = participantAt(slotOf(threads!.self)) + PARTICIPANT.TWIN;
  // Its starter has taken a place for it, if it could.
  let id = Atomics.load(words, twin);
  if (id === 0) {
    memory.self = main;
    id = claim(memory, main);
    memory.words[participantAt(slotOf(id)) + PARTICIPANT.PROCESS] = main;
    Atomics.store(words, twin, id);
  }
  memory.self = id;
  memory.outlives = true;
  arrive(memory, id);
  return memory;
}

/** The first slot of a thread memory is its maker's, the main thread. */
function isMainThread(): boolean {
  return slotOf(threads!.self) === 0;
}
