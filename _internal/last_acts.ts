/*
 * What is to be done before Ctrl-C ends the program. The end by a signal is none that
 * `unload` tells of.
 */

const acts = new Set<() => void>();

/**
 * Does something before Ctrl-C ends this process, once all others have ended.
 *
 * @returns what to call if it is not to be done any more
 */
export function beforeInterrupt(act: () => void): () => void {
  acts.add(act);
  return () => acts.delete(act);
}

/** Does all of it. */
export function doLastActs(): void {
  for (const act of acts) act();
}
