import {
  HEADER,
  openedMemory,
  otherCalls,
  PARTICIPANT,
  participantAt,
  processMemory,
  reachesProcesses,
  slotOf,
  STATE,
} from "../memory/mod.ts";
import { onDisturbed } from "../parking/mod.ts";
import { interruptedPids, runningPids } from "./running_children.ts";
import { ownRecord } from "./self.ts";

const SIGINT = 2;
const SIGTERM = 15;
const SIGKILL = 9;
/** How long processes may take to end before they are killed. */
const GRACE_MS = 500;
/** How often to look whether they have. */
const LOOK_MS = 10;
/** Of a `struct sigaction`: its size, and where the handler and the flags are. */
const SIGACTION_BYTES = 152;
const FLAGS_WORD = 34;
/** Flag of a handler that is good for one signal. */
const SA_RESETHAND = 0x8000_0000 | 0;
/** What a thread posts when it has started its first process. */
export const WATCH = "watch";
/** Of a worker; the types here are those of a window. */
declare function postMessage(message: unknown): void;
/** Stands for the number of a process that has none yet. */
const STARTING_PID = 0;

const action = new Uint8Array(SIGACTION_BYTES);
const handler = new BigUint64Array(action.buffer, 0, 1);
let watching = false;
let ending = false;

/**
 * From the first process on, Ctrl-C in the main program ends all its processes,
 * says so in one line, and then ends the program as Ctrl-C does. A program that
 * listens to SIGINT itself before that is left alone. If the main thread is too
 * busy to hear the first Ctrl-C, a second one ends it at once.
 */
export function watchInterrupt(): void {
  const record = ownRecord();
  if (watching || !reachesProcesses()) return;
  if (record !== undefined && record.kind !== "thread") return;
  watching = true;
  // The one that has started this thread is to watch, or to pass it on.
  if (record !== undefined) return postMessage(WATCH);
  if (!isDefault()) return;
  // Perhaps only a thread has it open as yet.
  processMemory();
  Deno.addSignalListener("SIGINT", interrupted);
  const { sigaction } = otherCalls();
  sigaction(SIGINT, null, action);
  new Int32Array(action.buffer)[FLAGS_WORD] |= SA_RESETHAND;
  sigaction(SIGINT, action, null);
  // A thread that blocks hears no signals, but the first one resets what
  // becomes of the next.
  onDisturbed(() => {
    if (isDefault()) interruptedBlocked();
  });
}

async function interrupted(): Promise<void> {
  for (const pause of endAll()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function interruptedBlocked(): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (const pause of endAll()) Atomics.wait(nothing, 0, 0, pause);
}

/** Ends all processes, then this one; gives the milliseconds to wait between steps. */
function* endAll(): Generator<number> {
  if (ending) return;
  ending = true;
  const { kill } = otherCalls();
  const count = processes({ known: true }).size;
  if (count > 0) {
    console.error(
      `Interrupted: ending ${count === 1 ? "1 process" : `${count} processes`}`,
    );
  }
  const told = new Set<number>();
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline) {
    const pids = processes();
    if (pids.size === 0) break;
    for (const pid of pids) {
      if (!told.has(pid) && pid !== STARTING_PID) kill(pid, SIGTERM);
      told.add(pid);
    }
    yield LOOK_MS;
  }
  for (const pid of processes()) {
    if (pid !== STARTING_PID) kill(pid, SIGKILL);
  }
  // Not earlier: the runtime ends a program at once that has just stopped to
  // listen to a signal on its way.
  Deno.removeSignalListener("SIGINT", interrupted);
  kill(Deno.pid, SIGINT);
}

/**
 * All other processes of this program, grandchildren too. One that has been
 * spawned and has not come up has no number yet.
 *
 * @param options `known`: also those that have just ended, as far as not noticed
 */
function processes({ known = false } = {}): Set<number> {
  const pids = new Set(runningPids());
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
      if (state === STATE.ALIVE) {
        if (known || memory.probe(slot)) pids.add(pid);
        // While we block, the runtime does not hear that it has ended.
        else pids.delete(pid);
      } else if (state === STATE.STARTING && pid !== Deno.pid && !known) {
        pids.add(STARTING_PID);
      }
    }
  }
  pids.delete(Deno.pid);
  return pids;
}

/** Whether SIGINT does what it does in a program that does not care. */
function isDefault(): boolean {
  otherCalls().sigaction(SIGINT, null, action);
  return handler[0] === 0n;
}
