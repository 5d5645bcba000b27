import { complain } from "../complain.ts";
import { doLastActs } from "../last_acts.ts";
import {
  hasLibc,
  HEADER,
  isProcess,
  isSpawned,
  keepCalls,
  lastingCalls,
  openedMemory,
  PARTICIPANT,
  participantAt,
  pauseSync,
  processMemory,
  reachesProcesses,
  slotOf,
  STATE,
  threadMemory,
  wasInterrupted,
} from "../memory/mod.ts";
import { onDisturbed, pause } from "../parking/mod.ts";
import {
  hasAnyListener,
  hasHeard,
  hasOwnListener,
  listenForLibrary,
  onOwnListener,
  unlistenForLibrary,
} from "./own_listeners.ts";
import { interruptedPids, runningPids, SAME_MS } from "./running_children.ts";
import { ownProcess, ownRecord } from "./self.ts";

const SIGINT = 2;
const SIGTERM = 15;
const SIGKILL = 9;
/** How long processes may take to end before they are killed. */
const GRACE_MS = 500;
/** Milliseconds within which the main thread hears of the Ctrl-C that has ended a process. */
const HEAR_MS = 250;
/** How often to look whether they have. */
const LOOK_MS = 10;
/** Of a `struct sigaction`: its size, and where the handler and the flags are. */
const SIGACTION_BYTES = 152;
const FLAGS_WORD = 34;
/** Flag of a handler that is good for one signal. */
const SA_RESETHAND = 0x8000_0000 | 0;
/** What a thread posts when it is about to start its first process. */
export const WATCH = "watch";
/** How long it waits until the main thread watches, which may compute. */
const HEARD_MS = 1_000;
/**
 * Whether the main thread watches: the values of `INTERRUPT_WATCHED`.
 *
 * | state     | means                              | next, and who may change it        |
 * | --------- | ---------------------------------- | ---------------------------------- |
 * | UNWATCHED | there is no process                | ASKED by a thread; WATCHED by main |
 * | ASKED     | a thread is about to start one     | WATCHED by main                    |
 * | WATCHED   | main does, or leaves it to its own | none                               |
 */
const WATCH_STATE = { UNWATCHED: 0, ASKED: 1, WATCHED: 2 } as const;
/** Stands for the number of a process that has none yet. */
const STARTING_PID = 0;

/** Of a worker; the types here are those of a window. */
declare function postMessage(message: unknown): void;

const action = new Uint8Array(SIGACTION_BYTES);
const handler = new BigUint64Array(action.buffer, 0, 1);
/** The handler that the runtime has set. */
let caught = 0n;
let watching = false;
let listening = false;
let ending = false;
/** Whether this thread has passed on what it could not hear. */
let passedOn = false;

/**
 * From the first process on, Ctrl-C in the main program ends all its processes,
 * says so in one line, and then ends the program as Ctrl-C does. A program is
 * left alone while it listens to SIGINT itself, and with a signal that it has heard.
 * If the main thread is too busy to hear the first Ctrl-C, a second one ends it at
 * once.
 */
export function watchInterrupt(): void {
  const record = ownRecord();
  if (watching || !reachesProcesses() || !hasLibc()) return;
  if (record !== undefined && record.kind !== "thread") return;
  watching = true;
  if (record !== undefined) {
    // No process but the main one watches.
    if (record.process.parent === null) askToWatch();
    return;
  }
  // Perhaps only a thread has it open as yet.
  processMemory();
  onOwnListener(listenOrLeave);
  listenOrLeave();
  onDisturbed(lookWhileBlocked);
  const { words } = threadMemory();
  Atomics.store(words, HEADER.INTERRUPT_WATCHED, WATCH_STATE.WATCHED);
  Atomics.notify(words, HEADER.INTERRUPT_WATCHED);
}

/** Lets threads that will start processes be heard, even while this one blocks. */
export function watchWhenAsked(): void {
  const record = ownRecord();
  if (record === undefined) onDisturbed(lookWhileBlocked);
  else if (record.kind === "thread") onDisturbed(passOnWhileBlocked);
}

/** What the main thread looks at whenever a blocking sleep of it is over. */
function lookWhileBlocked(): void {
  if (isAsked()) watchForThread();
  // A thread that blocks hears no signals, but the first one resets what becomes of
  // the next.
  if (listening && isDefault()) endAll();
}

/** Watches for a thread, which keeps its own calls only. */
export function watchForThread(): void {
  watchInterrupt();
  keepCalls();
}

/** The same of another thread, which cannot hear what it is to pass on. */
function passOnWhileBlocked(): void {
  if (passedOn || !isAsked()) return;
  passedOn = true;
  postMessage(WATCH);
}

function isAsked(): boolean {
  const { words } = threadMemory();
  return Atomics.load(words, HEADER.INTERRUPT_WATCHED) === WATCH_STATE.ASKED;
}

/**
 * Lets the main thread watch: by the thread that has started this one, which passes it
 * on, or by itself if it blocks. Until it does, Ctrl-C would end the program and leave
 * its processes.
 */
function askToWatch(): void {
  const { words } = threadMemory();
  const at = HEADER.INTERRUPT_WATCHED;
  const { UNWATCHED, ASKED, WATCHED } = WATCH_STATE;
  // Settles the race with the main thread, which may begin by itself.
  if (Atomics.compareExchange(words, at, UNWATCHED, ASKED) === WATCHED) return;
  postMessage(WATCH);
  Atomics.wait(words, at, ASKED, HEARD_MS);
}

/** Listens, or no longer, as the program does itself. */
function listenOrLeave(): void {
  const listen = !hasOwnListener();
  if (listen === listening || ending) return;
  listening = listen;
  if (listen) listenForLibrary(interrupted);
  else unlistenForLibrary(interrupted);
  setGoodForOne(listen);
}

/** Whether the next SIGINT makes those after it end the program at once. */
function setGoodForOne(once: boolean): void {
  const { sigaction } = lastingCalls();
  sigaction(SIGINT, null, action);
  caught = handler[0];
  const words = new Int32Array(action.buffer);
  if (once) words[FLAGS_WORD] |= SA_RESETHAND;
  else words[FLAGS_WORD] &= ~SA_RESETHAND;
  sigaction(SIGINT, action, null);
}

function interrupted(): void {
  const listens = hasAnyListener();
  if (listens || hasHeard()) leaveToProgram({ once: !listens });
  else endAll();
}

/**
 * Waits, where a process has ended, until it is known that this program goes on: if Ctrl-C ends it,
 * nobody is to see calls fail before.
 */
export async function outlastInterrupt(isByCtrlC: boolean): Promise<void> {
  if (isByCtrlC && isWatched()) await pause(HEAR_MS);
  while (isEnding()) await pause(GRACE_MS);
}

/**
 * Whether the main thread of this process is ending all others, and then itself. Those go on until
 * they are ended, and may have something to do before.
 */
export function isEnding(): boolean {
  if (ownProcess().parent !== null) return false;
  const words = openedMemory("process")?.words;
  return words !== undefined && Atomics.load(words, HEADER.ENDING) !== 0;
}

/** Whether Ctrl-C ends the program, as far as this thread knows. */
function isWatched(): boolean {
  if (ownRecord() === undefined) return listening;
  const { words } = threadMemory();
  const at = HEADER.INTERRUPT_WATCHED;
  return Atomics.load(words, at) === WATCH_STATE.WATCHED;
}

/**
 * Leaves a signal to the program, which has heard it.
 *
 * @param options `once`: by a listener that has removed itself, so that the next is ours;
 *   else it listens since before we did, by way of `node:process`, and hears the next, too
 */
function leaveToProgram({ once }: { once: boolean }): void {
  if (isDefault()) {
    handler[0] = caught;
    lastingCalls().sigaction(SIGINT, action, null);
  }
  setGoodForOne(once);
}

/**
 * Ends all processes, then this one. It blocks: else the program would go on meanwhile, and see
 * calls fail because its processes end.
 */
function endAll(): void {
  if (ending) return;
  ending = true;
  const { kill } = lastingCalls();
  // Whoever comes up from now on ends by itself.
  Atomics.store(processMemory().words, HEADER.ENDING, 1);
  const count = processes({ known: true }).size;
  if (count > 0) {
    complain(
      `Interrupted: ending ${count === 1 ? "1 process" : `${count} processes`}`,
    );
  }
  // Also those of which it cannot be told whether they run.
  const told = new Set(runningPids());
  for (const pid of told) kill(pid, SIGTERM);
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline) {
    const pids = processes();
    if (pids.size === 0) break;
    for (const pid of pids) {
      if (!told.has(pid) && pid !== STARTING_PID) kill(pid, SIGTERM);
      told.add(pid);
    }
    pauseSync(LOOK_MS);
  }
  for (const pid of processes()) {
    if (pid !== STARTING_PID) kill(pid, SIGKILL);
  }
  doLastActs();
  // Not earlier: the runtime ends a program at once that has just stopped to
  // listen to a signal on its way.
  unlistenForLibrary(interrupted);
  // Also if the program has begun to listen meanwhile: the first one has taken away
  // what the runtime hears by.
  kill(Deno.pid, SIGINT);
}

/**
 * All other processes of this program, grandchildren too. One that has been
 * spawned and has not come up has no number yet.
 *
 * @param options `known`: also those that have just ended, as far as not noticed
 */
function processes({ known = false } = {}): Set<number> {
  // While we block, the runtime does not hear that one has ended.
  const pids = new Set(runningPids().filter((pid) => known || isProcess(pid)));
  if (known) interruptedPids().forEach((pid) => pids.add(pid));
  const memory = openedMemory("process");
  if (memory !== undefined) {
    const { words } = memory;
    const top = Atomics.load(words, HEADER.SLOT_TOP);
    for (let slot = 0; slot < top; slot++) {
      const at = participantAt(slot);
      // A thread goes with its process.
      if (slotOf(words[at + PARTICIPANT.PROCESS]) !== slot) continue;
      const state = Atomics.load(words, at + PARTICIPANT.STATE);
      const pid = words[at + PARTICIPANT.PID];
      const isStarting = state === STATE.STARTING;
      if (state === STATE.ALIVE || isStarting && isSpawned(memory, slot)) {
        if (known || memory.probe(slot)) pids.add(pid);
        else pids.delete(pid);
      } else if (isStarting && pid !== Deno.pid && !known) {
        pids.add(STARTING_PID);
      } else if (known && wasInterrupted(memory, slot, SAME_MS)) {
        pids.add(pid);
      }
    }
  }
  pids.delete(Deno.pid);
  return pids;
}

/** Whether SIGINT does what it does in a program that does not care. */
function isDefault(): boolean {
  lastingCalls().sigaction(SIGINT, null, action);
  return handler[0] === 0n;
}
