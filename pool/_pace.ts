import type { Pace } from "../_internal/lanes/mod.ts";

/** Milliseconds from which on a task is worth the processor that a spin would take from it. */
const PARK_FROM_MS = 0.006;
/** Milliseconds of work that all must have before them for their results to be left a while. */
const PAUSE_FROM_MS = 2;

/** What a worker has to do: tasks that it has not answered. */
interface Loaded {
  readonly sent: { readonly length: number };
}

/** How long tasks run, and whether so long that each result is worth a look. */
interface Measured {
  readonly meanMs: number;
  readonly areLong: boolean;
}

/** Whether workers have all processors, as far as they compute. */
export function isCrowded(
  workers: readonly Loaded[],
  processors: number,
): boolean {
  let busy = 0;
  for (const { sent } of workers) {
    if (sent.length > 0 && ++busy >= processors) return true;
  }
  return false;
}

/**
 * How to wait for results. Where workers have all processors, and more to do than they are
 * at, a spin would take one from them; while all have enough before them, none of their
 * results is needed at once. Who has only what it is at leaves its processor with its answer.
 */
export function paceOf(
  workers: readonly Loaded[],
  { meanMs, areLong }: Measured,
  processors: number,
): Pace {
  if (meanMs < PARK_FROM_MS || !isCrowded(workers, processors)) return "spin";
  const enough = areLong ? Infinity : PAUSE_FROM_MS / meanMs;
  let fewest = Infinity;
  let most = 0;
  for (const { sent: { length } } of workers) {
    if (length > 0 && length < fewest) fewest = length;
    if (length > most) most = length;
  }
  if (fewest >= enough) return "pause";
  return most > 1 ? "park" : "spin";
}
