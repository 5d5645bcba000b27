import {
  hasLibc,
  isAlive,
  openedMemory,
  seldomCalls,
  slotOf,
} from "../memory/mod.ts";
import type { BootRecord, ParentFacts } from "./boot_record.ts";
import { DENO_PATH, ownRecord } from "./self.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;
const SIGTERM = 15;
const WATCH_MS = 400;
/** Milliseconds that a program may take to end once its hub has ended. */
const ENDING_MS = 10_000;
/** Milliseconds between two looks whether it has. */
const LOOK_MS = 20;

/**
 * Ends this process, a daemon, when its parent has ended in any way: the thread that has
 * started it, and so its process, if the kernel can see to that; else the process, as a
 * timer notices, so not while the daemon computes without a pause.
 */
export function watchParent({ process: { parent } }: BootRecord): void {
  if (parent === null) return;
  if (hasLibc()) askForSignal(SIGKILL);
  else Deno.unrefTimer(setInterval(() => endWith(parent), WATCH_MS));
  // It may have ended before we asked.
  endWith(parent);
}

/**
 * Lets SIGTERM come when the parent has ended, where the kernel sees to that, instead of
 * the end: somebody in this process listens, and ends it.
 */
export function hearEndOfParent(): void {
  const parent = ownRecord()?.process.parent;
  if (!parent || !hasLibc()) return;
  askForSignal(SIGTERM);
  endWith(parent);
}

function askForSignal(signal: number): void {
  seldomCalls().prctl(PR_SET_PDEATHSIG, BigInt(signal), 0n, 0n, 0n);
}

/**
 * Checks that this process is the one that its parent has started, and can end.
 *
 * @throws {Error} if there is another between them
 */
export function checkParent({ name, process: { parent } }: BootRecord): void {
  const memory = openedMemory("process");
  if (parent === null || memory === undefined || Deno.ppid === parent.pid) {
    return;
  }
  // It may have ended just now.
  if (!isAlive(memory, parent.id) || !memory.probe(slotOf(parent.id))) return;
  throw new Error(
    `Cannot run ${name}: the deno on the PATH starts Deno as a process of its own, which could not be ended; allow Deno itself by --allow-run=${DENO_PATH}`,
  );
}

/**
 * Ends this process, a daemon whose hub has ended, without a word once its parent has:
 * who asks a hub hears of the end of the program by its socket first.
 */
export async function endWithEnding(
  { process: { parent } }: BootRecord,
): Promise<void> {
  if (parent === null) return;
  const end = performance.now() + ENDING_MS;
  while (performance.now() < end) {
    endWith(parent);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function endWith({ pid, id }: ParentFacts): void {
  const memory = openedMemory("process");
  const hasEnded = Deno.ppid !== pid ||
    (memory !== undefined && id !== 0 && !isAlive(memory, id));
  if (hasEnded) Deno.exit(1);
}
