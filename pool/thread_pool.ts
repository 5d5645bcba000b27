import { refuseToSend } from "../_internal/handles/mod.ts";
import { callingPlace, checkShared } from "../_internal/launch/mod.ts";
import { cpuCount } from "../process/mod.ts";
import { forCaller } from "./_caller.ts";
import { checkPool } from "./_check_options.ts";
import { Executor } from "./_executor.ts";
import { threadWorkers } from "./_thread_workers.ts";
import type { ThreadPoolOptions } from "./pool_options.ts";
import { TaskPool } from "./task_pool.ts";

/**
 * A pool of threads, Web Workers, that call functions for you.
 *
 * Needs `--allow-read` for their modules, if they are local files.
 *
 * @example
 * ```ts
 * import { ThreadPool } from "@parallel/multiprocessing/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = new ThreadPool(2);
 * const squares = await pool.map((n: number) => n * n, [1, 2, 3]);
 * assertEquals(squares, [1, 4, 9]);
 * ```
 */
export class ThreadPool extends TaskPool {
  static {
    refuseToSend(ThreadPool, "a ThreadPool", "make one where it is needed");
  }

  /**
   * Starts the first thread, or all if there is an initializer. Each start holds up the
   * caller for about ten milliseconds, so the others come with the first tasks for them,
   * or one by one once the first is up and no result is under way, or has been for a tenth
   * of a second.
   *
   * @param threads how many, a whole number from 1 to 1000. Default: one for each
   *   processor
   * @throws {TypeError} if `threads` is no number, the options are no object, or one is of
   *   the wrong kind, or asks for what threads share with the program: `permissions`,
   *   `env`, `cwd` and `memoryLimit` are for a `Pool`
   * @throws {RangeError} if `threads` or an option is out of range
   * @throws {Deno.errors.NotCapable} if threads could not read their modules
   */
  constructor(threads: number = cpuCount(), options: ThreadPoolOptions = {}) {
    checkPool(threads, "threads", options);
    checkShared(
      options,
      ["permissions", "env", "cwd", "memoryLimit"],
      "create pool",
      "a ThreadPool, whose threads have",
      "a Pool",
    );
    const kind = threadWorkers(callingPlace());
    super(forCaller(() => new Executor(kind, threads, options)));
  }
}
