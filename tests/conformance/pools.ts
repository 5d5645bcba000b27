// What the tests of pools have in common.

import { Pool, type TaskPoolOptions, ThreadPool } from "../../pool/mod.ts";
import type { Kind } from "./backends.ts";

export const numbers = (count: number): number[] =>
  Array.from({ length: count }, (_, n) => n);
export const square = (n = 0): number => n * n;
export const squares = (count: number): number[] =>
  numbers(count).map((n) => n * n);

/** Makes a pool of processes or of threads. */
export function create(
  kind: Kind,
  size: number,
  options?: TaskPoolOptions,
): Pool | ThreadPool {
  return kind === "process"
    ? new Pool(size, options)
    : new ThreadPool(size, options);
}

/** Gives so many numbers, or throws where it is said to. */
export function* throwing(total: number, when: number): Iterable<number> {
  if (when < 0) throw new SyntaxError("when");
  for (let n = 0; n < total; n++) {
    if (n === when) throw new SyntaxError("when");
    yield n;
  }
}
