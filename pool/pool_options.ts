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
  /**
   * Tasks after which a worker is replaced by a fresh one, a whole number from 0; 0
   * and `Infinity` for never. A chunk is one task. Default: 0.
   */
  maxTasksPerChild?: number | undefined;
  /**
   * Milliseconds that a task may run, from 0; 0 and `Infinity` for any time. Where there is
   * one, items go one to a task unless `chunkSize` says otherwise. Default: 0.
   */
  taskTimeout?: number | undefined;
  /**
   * How often a task is begun again whose worker died, a whole number from 0. Not `Infinity`:
   * a task that ends its worker would be begun for ever. Default: 0.
   */
  retries?: number | undefined;
  /**
   * Most tasks that may wait to be begun, a whole number from 0; 0 and `Infinity`
   * for any number. Default: 0.
   */
  maxPending?: number | undefined;
  /**
   * Bytes of resident memory of a worker's process, Deno itself included (tens of
   * megabytes when idle), from which on it is replaced once its task is done; looked at
   * every 100 ms at most. A whole number from 0; 0 and `Infinity` for any. Default: 0.
   */
  memoryLimit?: number | undefined;
  /** What workers are called, before their number. Default: `PoolWorker`. */
  name?: string | undefined;
  /**
   * Workers that are there from the start (of a `ThreadPool` without an initializer, soon
   * after) and stay; more come as there is work. A whole number from 0 to as many as there
   * may be, which is the default.
   */
  minProcesses?: number | undefined;
  /**
   * Milliseconds after which one of the others ends that has nothing to do, from 0; 0
   * and `Infinity` for never. Default: 0.
   */
  idleTimeout?: number | undefined;
}

/** How to make a {@linkcode Pool}. */
export interface PoolOptions extends TaskPoolOptions {
  /**
   * What workers may do; never more than this process. Default: `"inherit"`.
   *
   * A kind that an object does not name is not granted. `import` is the exception, with
   * `"none"`, too: unless it is named, workers may import from the hosts that any Deno
   * program may, as far as this process may. `{ import: false }` leaves only those that
   * their own modules come from.
   */
  permissions?: "inherit" | "none" | Deno.PermissionOptionsObject | undefined;
  /** Environment variables of workers besides the inherited ones. */
  env?: Record<string, string> | undefined;
  /** Working directory of workers. Default: that of this process. */
  cwd?: string | URL | undefined;
}

/** How to make a {@linkcode ThreadPool}. */
export type ThreadPoolOptions = Omit<TaskPoolOptions, "memoryLimit">;
