import type { Treatment } from "./_task.ts";

/** Chunks that each worker gets of a `map`, so that none waits long for the last. */
const CHUNKS_PER_WORKER = 4;

/**
 * Whether a task is to have one item unless somebody says otherwise: a time limit of a task
 * is meant for an item.
 */
export function isForEachItem({ timeout }: Treatment): boolean {
  return timeout !== 0;
}

/** How many items a task of a `map` has. */
export function chunkSizeFor(count: number, workers: number): number {
  return Math.max(1, Math.ceil(count / (workers * CHUNKS_PER_WORKER)));
}

/** The items in groups of the given size; the last may have fewer. */
export function* chunksOf<T>(items: readonly T[], size: number): Iterable<T[]> {
  for (let start = 0; start < items.length; start += size) {
    yield items.slice(start, start + size);
  }
}
