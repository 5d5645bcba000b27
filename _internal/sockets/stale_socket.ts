import { pauseSync } from "../memory/mod.ts";
import { textWorker } from "../parking/mod.ts";
import { staleMain, type StaleQuestion } from "./stale_main.ts";

/** Milliseconds in which whoever has bound a socket listens at it. */
const PAUSE_MS = 100;
/** Milliseconds to wait for the worker, which connects. */
const WORKER_MS = 5_000;
/** Milliseconds to wait for another program that does the same, and between two looks. */
const LOCK_MS = 2_000;
const LOOK_MS = 10;

/**
 * Removes the file of a socket at which nobody listens any more, as a program leaves it
 * that was killed. Blocks the thread for about a tenth of a second if there is one.
 * Does nothing if it may not, or the file is of another kind.
 *
 * Programs that do so at once take turns: the folder is locked, which the system ends
 * with a program that dies. Who comes second finds the file gone, or that of the first,
 * who listens: one of them gets the address, and the other is told that it is in use.
 *
 * A program that holds no such lock may still put a socket of its own there after we
 * have found the old one dead. So that is moved aside before it is removed; if it turns
 * out to be another, it is put back, unless a third has taken the place meanwhile; then
 * it stays aside.
 */
export function removeStaleSocket(path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (!mayChange(folder)) return;
  try {
    using opened = Deno.openSync(folder);
    if (!lock(opened)) return;
    const stale = Deno.lstatSync(path);
    if (!stale.isSocket || !isStale(path)) return;
    const aside = `${path}.${crypto.randomUUID()}`;
    Deno.renameSync(path, aside);
    const moved = Deno.lstatSync(aside);
    // Unlike a rename, a link takes nobody's place.
    if (!isSame(stale, moved)) Deno.linkSync(aside, path);
    Deno.removeSync(aside);
  } catch {
    // It is gone, or not ours to remove.
  }
}

/** Whether nobody has to be asked for permission. */
function mayChange(folder: string): boolean {
  return (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path: folder }).state === "granted"
  );
}

function lock(folder: Deno.FsFile): boolean {
  for (let waited = 0; !folder.tryLockSync(true); waited += LOOK_MS) {
    if (waited >= LOCK_MS) return false;
    pauseSync(LOOK_MS);
  }
  return true;
}

/** Whether nobody listens there, after some time to begin to. */
function isStale(path: string): boolean {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = textWorker(staleMain, "stale socket");
  const question: StaleQuestion = { path, words, pause: PAUSE_MS };
  worker.postMessage(question);
  Atomics.wait(words, 0, 0, WORKER_MS);
  worker.terminate();
  return Atomics.load(words, 0) === 1;
}

/** Numbers of files are used again, so their times count, too. */
function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino === b.ino && a.mtime?.getTime() === b.mtime?.getTime();
}
