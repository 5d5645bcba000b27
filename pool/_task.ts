import type { Contents } from "../_internal/channel/mod.ts";
import type { HandleCargo } from "../_internal/handles/mod.ts";
import type { ToldFunction } from "../_internal/lanes/mod.ts";
import { log } from "../_internal/log.ts";
import type { Caller } from "./_caller.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/** What is known of how a task ran. */
export interface Run {
  /** Milliseconds, if they were measured. */
  readonly ms: number | undefined;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** The name of the worker that it ran in. */
  readonly worker: string;
}

/** Writes who has submitted a task into the stack of its error. */
export type NameCaller = (caller: Caller | undefined) => void;

/** What somebody wants to know of a task. */
export interface Settle {
  /** Called once with the result. */
  resolve(value: unknown, run: Run): void;
  /** Called once with the error. */
  reject(error: unknown): void;
  /** Called instead where nobody has noted who has submitted it: to find that out. */
  rejectUnnamed?(error: unknown, nameCaller: NameCaller): void;
}

/** How a task is to be treated. */
export interface Treatment {
  /** Milliseconds that it may run; 0 for any time. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  /** How often it may be begun again after its worker died. */
  readonly retries: number;
  /** Higher ones go first. */
  readonly priority: number;
}

/**
 * A call that a worker is to make.
 *
 * | state    | where it is                                | next                         |
 * | -------- | ------------------------------------------ | ---------------------------- |
 * | waiting  | in the queue of the pool, with its message | sent; settled if taken back  |
 * | sent     | among those of a worker                    | settled; waiting if it dies  |
 * | answered | nowhere, while a module of its value loads | settled                      |
 * | settled  | nowhere: its caller knows                  |                              |
 */
export class Task {
  readonly number: number;
  readonly function: ToldFunction;
  /** One of the kinds of messages to workers that call. */
  readonly kind: number;
  readonly treatment: Treatment;
  readonly settle: Settle;
  /** Objects of ours in the arguments, held until it is settled. */
  readonly cargo: readonly HandleCargo[];
  /** How many of them are held. */
  #pinned = 0;
  /** The encoded arguments while they may be needed again. */
  body: Contents | undefined;
  retriesLeft: number;
  isSettled = false;
  /** Bytes of its message. */
  byteLength = 0;
  /** Milliseconds; 0 if nobody looked at the clock. */
  submittedAt = 0;
  /** How many tasks its run time stands for; 0 if that is not measured. */
  weight = 1;
  /** Who has submitted it; not kept for short tasks, as that takes longer than they do. */
  caller: Caller | undefined;
  /** The worker that it has been sent to. */
  worker: WorkerHandle | undefined;
  /** Stops the timer that runs for it: its timeout, or how long it may take to begin. */
  stopTimer: (() => void) | undefined;
  /** Stops listening to its signal. */
  stopListening: (() => void) | undefined;

  constructor(
    number: number,
    call: ToldFunction,
    kind: number,
    treatment: Treatment,
    cargo: readonly HandleCargo[],
    settle: Settle,
  ) {
    this.number = number;
    this.function = call;
    this.kind = kind;
    this.treatment = treatment;
    this.cargo = cargo;
    this.settle = settle;
    this.retriesLeft = treatment.retries;
  }

  /** Holds the objects in its arguments; throws at the first that is no more. */
  pin(): void {
    for (; this.#pinned < this.cargo.length; this.#pinned++) {
      this.cargo[this.#pinned].pin();
    }
  }

  /** Lets go of those that it holds. */
  unpin(): void {
    while (this.#pinned > 0) this.cargo[--this.#pinned].unpin();
  }

  /** Notes that it is to be begun again, as its worker has died. */
  retry(worker: string): void {
    this.retriesLeft--;
    this.stopTimer?.();
    const { name } = this.function;
    log?.warn(
      `begins task ${name} again, as ${worker} has died; ${this.retriesLeft} more times at most`,
    );
  }

  /** Whether it has a timeout or a signal, so that a worker gets nothing else meanwhile. */
  get isWatched(): boolean {
    const { timeout, signal } = this.treatment;
    return timeout !== 0 || signal !== undefined;
  }
}
