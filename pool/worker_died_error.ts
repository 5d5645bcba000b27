/** What is known of a task whose worker died. */
export interface WorkerDeath {
  /** Process id of the worker; nothing for a thread. */
  readonly pid: number | undefined;
  /** Exit code of the worker, -N if signal N ended it. */
  readonly exitCode: number;
  /** The signal that ended it, if one did. */
  readonly signal: string | undefined;
  /** Name of the function that it ran. */
  readonly task: string;
}

/**
 * Thrown for a task whose worker died while it ran it.
 *
 * @example
 * ```ts
 * import { Pool, WorkerDiedError } from "@parallel/multiprocessing/pool";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using pool = new Pool(1);
 * const error = await assertRejects(
 *   () => pool.apply(() => Deno.exit(3)),
 *   WorkerDiedError,
 * );
 * assertEquals(error.exitCode, 3);
 * ```
 */
export class WorkerDiedError extends Error implements WorkerDeath {
  /** Always `WorkerDiedError`. */
  override name = "WorkerDiedError";
  /** Process id of the worker; nothing for a thread. */
  readonly pid: number | undefined;
  /** Exit code of the worker, -N if signal N ended it. */
  readonly exitCode: number;
  /** The signal that ended it, such as `"SIGKILL"`, if one did. */
  readonly signal: string | undefined;
  /** Name of the function that it ran. */
  readonly task: string;

  /**
   * Says which worker died, and how.
   *
   * @param worker its name
   * @param death what is known of its end
   */
  constructor(worker: string, death: WorkerDeath) {
    const { pid, exitCode, signal, task } = death;
    const which = pid === undefined ? worker : `${worker} (pid ${pid})`;
    const how = signal === undefined
      ? `ended with exit code ${exitCode}`
      : `was killed by ${signal}`;
    super(`Cannot finish ${task}: its worker ${which} ${how}`);
    this.pid = pid;
    this.exitCode = exitCode;
    this.signal = signal;
    this.task = task;
  }
}
