/**
 * Primitives by which processes and threads wait for each other.
 *
 * What does not say that it needs a permission needs none.
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
export * from "./barrier.ts";
export * from "./bounded_semaphore.ts";
export * from "./broken_barrier_error.ts";
export * from "./condition.ts";
export * from "./event.ts";
export * from "./lock.ts";
export type * from "./lock_guard.ts";
export * from "./r_lock.ts";
export * from "./rw_lock.ts";
export { Semaphore } from "./semaphore.ts";
export { ShareableList } from "./shareable_list.ts";
export type { ShareableValue } from "./_slots.ts";
export * from "./shared_array.ts";
export type { SharedLockOptions } from "./_value_lock.ts";
export { SharedMemory, type SharedMemoryOptions } from "./shared_memory.ts";
export * from "./shared_value.ts";
export type {
  NumberType,
  SharedArrays,
  SharedNumbers,
} from "./_number_types.ts";
export type { WaitOptions } from "../_internal/parking/mod.ts";
