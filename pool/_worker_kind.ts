import type { Memory } from "../_internal/memory/mod.ts";
import type { WorkerSetup } from "./_worker_setup.ts";

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number;
  readonly signal: string | undefined;
}

/** A worker that has been started. */
export interface StartedWorker {
  readonly name: string;
  readonly pid: number | undefined;
  /** Fulfilled when it has ended, in any way. */
  readonly ended: Promise<WorkerEnd>;
  /** Asks it to end. */
  terminate(): void;
  /** Ends it. */
  kill(): void;
}

/** What workers of a pool are: processes or threads. */
export interface WorkerKind {
  /** The memory that a pool and its workers share. */
  readonly memory: Memory;
  /** Where its workers are, for what is sent to them. */
  readonly reach: "thread" | "process" | "hub";
  /** Whether a worker can be stopped while it computes. */
  readonly canStop: boolean;
  /** Whether this thread stands still while one starts. */
  readonly blocks: boolean;
  /** Starts one. */
  start(name: string, setup: WorkerSetup): StartedWorker;
}
