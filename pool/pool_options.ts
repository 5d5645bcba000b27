import type { Target } from "../process/mod.ts";

/** How to make a pool, of processes or threads. */
export interface TaskPoolOptions {
  /** Runs in each worker before its first task. Its error is that of the pool. */
  // deno-lint-ignore no-explicit-any -- of any function
  initializer?: Target<any[]> | undefined;
  /** Its arguments. */
  initArgs?: readonly unknown[] | undefined;
  /** Runs in each worker that ends in order: not one that is terminated. */
  finalizer?: Target<[]> | undefined;
  /** Tasks after which a worker is replaced by a fresh one, 0 for never. Default: 0. */
  maxTasksPerChild?: number | undefined;
  /** Milliseconds that a task may run, 0 for any time. Default: 0. */
  taskTimeout?: number | undefined;
  /** How often a task is begun again whose worker died. Default: 0. */
  retries?: number | undefined;
  /** Most tasks that may wait to be begun, 0 for any number. Default: 0. */
  maxPending?: number | undefined;
  /**
   * Bytes of memory from which on a worker is replaced once its task is done, 0
   * for any. Default: 0.
   */
  memoryLimit?: number | undefined;
  /** What workers are called, before their number. Default: `PoolWorker`. */
  name?: string | undefined;
  /**
   * Workers that are there from the start and stay; more come as there is work.
   * Default: as many as there may be.
   */
  minProcesses?: number | undefined;
  /**
   * Milliseconds after which one of the others ends that has nothing to do, 0 for
   * never. Default: 0.
   */
  idleTimeout?: number | undefined;
}

/** How to make a {@linkcode Pool}. */
export interface PoolOptions extends TaskPoolOptions {
  /** What workers may do; never more than this process. Default: `"inherit"`. */
  permissions?: "inherit" | "none" | Deno.PermissionOptionsObject | undefined;
  /** Environment variables of workers besides the inherited ones. */
  env?: Record<string, string> | undefined;
  /** Working directory of workers. Default: that of this process. */
  cwd?: string | URL | undefined;
}

/** How to make a {@linkcode ThreadPool}. */
export type ThreadPoolOptions = Omit<TaskPoolOptions, "memoryLimit">;
