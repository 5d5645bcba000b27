/**
 * Primitives by which processes and threads wait for each other.
 *
 * @example
 * ```ts
 * import { Lock } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new Lock();
 * const guard = lock.tryAcquire();
 * assertEquals(lock.tryAcquire(), undefined);
 * guard?.release();
 * ```
 *
 * @module
 */
export * from "./bounded_semaphore.ts";
export * from "./condition.ts";
export * from "./event.ts";
export * from "./lock.ts";
export type * from "./lock_guard.ts";
export * from "./r_lock.ts";
export { Semaphore } from "./semaphore.ts";
export type { WaitOptions } from "../_internal/parking/mod.ts";
