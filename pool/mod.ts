/**
 * Pools of processes and threads that call functions for you.
 *
 * What does not say that it needs a permission needs none.
 *
 * @example
 * ```ts
 * import { Pool } from "@parallel/multiprocessing/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = new Pool(2);
 * assertEquals(await pool.apply((a: number, b: number) => a + b, [3, 4]), 7);
 * ```
 *
 * @module
 */
export { AsyncResult } from "./async_result.ts";
export * from "./pool.ts";
export type * from "./pool_options.ts";
export type * from "./pool_stats.ts";
export * from "./task_pool.ts";
export type * from "./task_options.ts";
export * from "./thread_pool.ts";
export * from "./worker_died_error.ts";
export type { ModuleTarget, Target } from "../process/mod.ts";
export type { WaitOptions } from "../_internal/parking/mod.ts";
