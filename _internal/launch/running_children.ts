import { breathe, pause } from "../parking/mod.ts";
import { isByCtrlC } from "./exit_code.ts";

/** Milliseconds in which all processes of a program hear of the same Ctrl-C. */
export const SAME_MS = 1_000;

/** The processes that this isolate has started and that have not ended. */
const processes = new Map<Deno.ChildProcess, { readonly daemon: boolean }>();
/** When processes were ended by Ctrl-C, by their ids. */
const interrupted = new Map<number, number>();
let watching = false;

/** Keeps an eye on a process: a daemon ends when this one does. */
export function addRunningProcess(
  child: Deno.ChildProcess,
  daemon: boolean,
): void {
  processes.set(child, { daemon });
  child.status.then((status) => {
    processes.delete(child);
    if (isByCtrlC(child, status)) interrupted.set(child.pid, performance.now());
  });
  if (watching) return;
  watching = true;
  addEventListener("unload", () => {
    for (const [child, { daemon }] of processes) {
      if (daemon) signal(child, "SIGTERM");
    }
  });
}

/** The ids of the processes. */
export function runningPids(): readonly number[] {
  return [...processes.keys()].map(({ pid }) => pid);
}

/** The ids of those that Ctrl-C has just ended. */
export function interruptedPids(): readonly number[] {
  const since = performance.now() - SAME_MS;
  return [...interrupted].filter(([, at]) => at > since).map(([pid]) => pid);
}

/** A thread, as far as its starter's end concerns it. */
export interface RunningThread {
  readonly ended: Promise<void>;
  terminate(): void;
}

/** The threads that this isolate has started and that have not ended. */
const threads = new Map<RunningThread, { readonly daemon: boolean }>();

/** Keeps an eye on a thread. */
export function addRunningThread(thread: RunningThread, daemon: boolean): void {
  threads.set(thread, { daemon });
  thread.ended.then(() => threads.delete(thread));
}

/**
 * Waits for what is to come before the end of this isolate, once it has done all that it
 * was started for: its children, and errors that nobody handles.
 */
export async function allEnded(): Promise<void> {
  await childrenEnded();
  // A rejection that nobody handles is told of at the end of the next turn; timers that are
  // due may lead to one.
  for (let turn = 0; turn < 2; turn++) {
    await pause(1);
    await breathe();
  }
}

/**
 * Waits for the processes and threads that this isolate has started, except daemons;
 * those end with it.
 */
async function childrenEnded(): Promise<void> {
  for (;;) {
    // Some may be started meanwhile, by a timer.
    const ends = [
      ...[...processes].map(([{ status }, it]) => [it.daemon, status] as const),
      ...[...threads].map(([{ ended }, it]) => [it.daemon, ended] as const),
    ].filter(([daemon]) => !daemon);
    if (ends.length === 0) break;
    await Promise.all(ends.map(([, end]) => end));
  }
  for (const thread of threads.keys()) thread.terminate();
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has just ended.
  }
}
