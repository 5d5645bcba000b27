import type { LaunchedProcess } from "./process_launch.ts";
import type { LaunchedThread } from "./thread_launch.ts";

/** A process or thread that does somebody's work and ends with them. */
export interface Tie {
  /** The modules that it may need besides that of its target. */
  readonly modules: readonly string[];
  /** Where the work was given to it. */
  readonly place: string | undefined;
  /** Set once it is started. */
  launched?: LaunchedProcess | LaunchedThread;
}

const ties = new WeakMap<object, Tie>();

/**
 * Ties a process or thread that is about to start to this isolate: it ends with it,
 * and does not keep it running, as a daemon; but it may start others.
 */
export function tie(
  startable: object,
  modules: readonly string[],
  place: string | undefined,
): Tie {
  const made = { modules, place };
  ties.set(startable, made);
  return made;
}

/** How a process or thread is tied to this isolate, if it is. */
export function tieOf(startable: object): Tie | undefined {
  return ties.get(startable);
}
