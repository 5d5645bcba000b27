/**
 * Processes and threads that run your functions.
 *
 * What does not say that it needs a permission needs none.
 *
 * @example
 * ```ts
 * import { Process } from "@parallel/multiprocessing/process";
 * import { Queue } from "@parallel/multiprocessing/queue";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new Queue<number>();
 * const process = new Process({
 *   target: (queue: Queue<number>, n: number) => queue.put(n * n),
 *   args: [queue, 12],
 * });
 * process.start();
 * assertEquals(await queue.get(), 144);
 * assertEquals(await process.join(), 0);
 * ```
 *
 * @module
 */
export * from "./auth_key.ts";
export * from "./backend.ts";
export {
  activeChildren,
  cpuCount,
  currentProcess,
  currentThread,
  parentProcess,
  threadIdent,
} from "./current.ts";
export * from "./from_module.ts";
export type { ParentProcess } from "./parent_process.ts";
export * from "./process.ts";
export type * from "./process_options.ts";
export type * from "./target.ts";
export { Thread, type ThreadOptions } from "./thread.ts";
export type { WaitOptions } from "../_internal/parking/mod.ts";
export {
  getLogger,
  type Logger,
  type LogLevel,
  logToStderr,
} from "../_internal/log.ts";
