import { refuseToSend } from "../_internal/handles/mod.ts";
import { callingModules, callingPlace } from "../_internal/launch/mod.ts";
import { cpuCount } from "../process/mod.ts";
import { forCaller } from "./_caller.ts";
import { checkPool } from "./_check_options.ts";
import { Executor } from "./_executor.ts";
import { processWorkers } from "./_process_workers.ts";
import type { PoolOptions } from "./pool_options.ts";
import { TaskPool } from "./task_pool.ts";

/**
 * A pool of processes that call functions for you.
 *
 * Needs permission to run Deno, as `Process` does, and `--allow-ffi` on Linux, or
 * else `--allow-net=127.0.0.1`, and `--allow-read` if this library is in local
 * files.
 *
 * @example
 * ```ts
 * import { Pool } from "@parallel/multiprocessing/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = new Pool(2);
 * const squares = await pool.map((n: number) => n * n, [1, 2, 3]);
 * assertEquals(squares, [1, 4, 9]);
 * ```
 */
export class Pool extends TaskPool {
  static {
    refuseToSend(Pool, "a Pool", "make one where it is needed");
  }

  /**
   * Starts the workers.
   *
   * @param processes how many, a whole number from 1 to 1000. Default: one for each
   *   processor
   * @throws {TypeError} if `processes` is no number, the options are no object, or one is
   *   of the wrong kind
   * @throws {RangeError} if `processes` or an option is out of range
   * @throws {Deno.errors.NotCapable} if this program may not run Deno, or share
   *   objects with it
   * @throws {Deno.errors.NotSupported} in a program made by `deno compile`
   */
  constructor(processes: number = cpuCount(), options: PoolOptions = {}) {
    checkPool(processes, "processes", options);
    const kind = processWorkers(callingModules(), callingPlace(), options);
    super(forCaller(() => new Executor(kind, processes, options)));
  }
}
