import { hasLibc, isAlive, libc, openedMemory, slotOf } from "../memory/mod.ts";
import type { BootRecord } from "./boot_record.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;
const WATCH_MS = 400;

/** Ends this process, a daemon, when its parent has ended in any way. */
export function watchParent({ process: { parent } }: BootRecord): void {
  const memory = openedMemory("process");
  if (parent === null || memory === undefined || !hasLibc()) return;
  const { id } = parent;
  if (!parent.fromMainThread) {
    // The kernel would take the end of the thread for that of the process.
    const watch = setInterval(() => {
      if (!isAlive(memory, id) || !memory.probe(slotOf(id))) Deno.exit(1);
    }, WATCH_MS);
    Deno.unrefTimer(watch);
    return;
  }
  const { prctl, getppid } = libc();
  prctl(PR_SET_PDEATHSIG, BigInt(SIGKILL), 0n, 0n, 0n);
  // It may have ended before we asked.
  if (getppid() !== parent.pid) Deno.exit(1);
}
