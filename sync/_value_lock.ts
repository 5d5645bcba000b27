import { describe } from "./_refusals.ts";
import { Lock } from "./lock.ts";
import { RLock } from "./r_lock.ts";

/** Which lock goes with a shared value or array. */
export interface SharedLockOptions {
  /**
   * A lock of yours to go with it; `true` for an `RLock` of its own, as in
   * Python; `false` for none. Default: `true`.
   */
  lock?: boolean | Lock | RLock;
}

/**
 * What makes the lock that options ask for, if they ask for one.
 *
 * @throws {TypeError} if they are wrong
 */
export function lockFor(
  doing: string,
  { lock = true }: SharedLockOptions,
): () => Lock | RLock | undefined {
  if (isLock(lock)) return () => lock;
  if (typeof lock !== "boolean") {
    throw new TypeError(
      `Cannot ${doing}: lock is ${
        describe(lock)
      }, not a boolean, a Lock or an RLock`,
    );
  }
  return lock ? () => new RLock() : () => undefined;
}

/** The lock among the parts that an object arrived with. */
export function lockAmong([lock]: readonly object[]): Lock | RLock | undefined {
  if (lock === undefined || isLock(lock)) return lock;
  throw new Error("Cannot receive a shared object: its lock is no lock");
}

function isLock(lock: unknown): lock is Lock | RLock {
  return lock instanceof Lock || lock instanceof RLock;
}
