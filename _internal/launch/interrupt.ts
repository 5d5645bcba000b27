import {
  hasLibc,
  HEADER,
  libc,
  openedMemory,
  PARTICIPANT,
  participantAt,
  slotOf,
  STATE,
} from "../memory/mod.ts";
import { runningPids } from "./running_children.ts";
import { ownRecord } from "./self.ts";

const SIGINT = 2;
const SIGTERM = 15;
const SIGKILL = 9;
/** How long processes may take to end before they are killed. */
const GRACE_MS = 500;
/** Of a `struct sigaction`: its size, and where the handler and the flags are. */
const SIGACTION_BYTES = 152;
const FLAGS_WORD = 34;
const SA_RESETHAND = 0x8000_0000 | 0;

let watching = false;

/**
 * From the first child on, Ctrl-C in the main program ends all its processes,
 * says so in one line, and then ends the program as Ctrl-C does. A program that
 * listens to SIGINT itself before that is left alone. If the main thread is too
 * busy to hear the first Ctrl-C, a second one ends it at once.
 */
export function watchInterrupt(): void {
  if (watching || ownRecord() !== undefined || !hasLibc()) return;
  watching = true;
  const action = new Uint8Array(SIGACTION_BYTES);
  const { sigaction } = libc();
  sigaction(SIGINT, null, action);
  if (new BigUint64Array(action.buffer)[0] !== 0n) return;
  Deno.addSignalListener("SIGINT", interrupted);
  sigaction(SIGINT, null, action);
  new Int32Array(action.buffer)[FLAGS_WORD] |= SA_RESETHAND;
  sigaction(SIGINT, action, null);
}

async function interrupted(): Promise<void> {
  Deno.removeSignalListener("SIGINT", interrupted);
  const { kill } = libc();
  const pids = processes();
  if (pids.length > 0) {
    const count = pids.length === 1 ? "1 process" : `${pids.length} processes`;
    console.error(`Interrupted: ending ${count}`);
  }
  for (const pid of pids) kill(pid, SIGTERM);
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline && processes().length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const pid of processes()) kill(pid, SIGKILL);
  kill(Deno.pid, SIGINT);
}

/** All other processes of this program, grandchildren too. */
function processes(): readonly number[] {
  const pids = new Set(runningPids());
  const memory = openedMemory("process");
  if (memory !== undefined) {
    const { words } = memory;
    const top = Atomics.load(words, HEADER.SLOT_TOP);
    for (let slot = 0; slot < top; slot++) {
      const at = participantAt(slot);
      const main = slotOf(words[at + PARTICIPANT.PROCESS]) === slot;
      if (
        main && words[at + PARTICIPANT.STATE] === STATE.ALIVE &&
        memory.probe(slot)
      ) pids.add(words[at + PARTICIPANT.PID]);
    }
  }
  pids.delete(Deno.pid);
  return [...pids];
}
