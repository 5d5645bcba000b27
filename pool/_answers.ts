import type { Intake } from "../_internal/lanes/mod.ts";
import { underCaller } from "../_internal/launch/mod.ts";
import { log } from "../_internal/log.ts";
import { framesOf } from "./_caller.ts";
import type { Crew } from "./_crew.ts";
import type { Measures } from "./_measures.ts";
import {
  FROM,
  HEADER_BYTES,
  RESULT,
  runTimeOf,
  taskOf,
  UNMEASURED,
  workerOf,
} from "./_messages.ts";
import type { NameCaller, Run, Task } from "./_task.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/** What answers lead to. */
export interface AnswerEvents {
  /** A worker has done the first of its tasks, and can have others. */
  answered(worker: WorkerHandle): void;
  /** A task has run for too long. */
  overdue(task: Task, error: DOMException): void;
  /** The initializer of a worker has thrown: none can be of use. */
  failed(error: unknown, worker: WorkerHandle): void;
}

/** Milliseconds after which a task that has a timeout should have begun. */
const LONG_LOAD_MS = 1_000;

/** Takes what workers answer, and tells those who wait for it. */
export class Answers {
  readonly #crew: Crew;
  readonly #intake: Intake;
  readonly #measures: Measures;
  readonly #events: AnswerEvents;
  /** Tasks that are answered, and wait for a module. */
  readonly #late = new Set<Task>();

  constructor(
    crew: Crew,
    intake: Intake,
    measures: Measures,
    events: AnswerEvents,
  ) {
    this.#crew = crew;
    this.#intake = intake;
    this.#measures = measures;
    this.#events = events;
  }

  /** Takes a message of a worker. */
  take(message: Uint8Array): void {
    const worker = this.#crew.workers.get(workerOf(message));
    if (worker === undefined) return;
    this.#measures.bytesReceived += message.byteLength;
    const body = message.subarray(HEADER_BYTES);
    switch (message[0]) {
      case FROM.INITIALIZING:
        worker.isInitializing = true;
        break;
      case FROM.READY:
        this.#crew.ready(worker);
        break;
      case FROM.INITIALIZER_FAILED:
        return this.#initializerFailed(worker, body);
      case FROM.BEGUN:
        this.#startTimeout(worker.sent[0], taskOf(message));
        break;
      case FROM.RETURNED:
      case FROM.THREW: {
        // What the answer leads to may take messages of its own, in the place of this one.
        const isOverLimit = (message[1] & RESULT.OVER_LIMIT) !== 0;
        this.#answered(worker, message, body);
        // Only now: another would have as much before its first task.
        if (isOverLimit) worker.end();
        break;
      }
    }
  }

  #initializerFailed(worker: WorkerHandle, body: Uint8Array): void {
    const failed = (error: unknown) => this.#events.failed(error, worker);
    let error: unknown;
    try {
      error = this.#intake.decode(body);
    } catch (problem) {
      error = problem;
    }
    if (error instanceof Promise) error.then(failed, failed);
    else failed(error);
  }

  #answered(
    worker: WorkerHandle,
    message: Uint8Array,
    body: Uint8Array,
  ): void {
    const [task] = worker.sent;
    if (task === undefined || task.number !== taskOf(message)) return;
    const hasReturned = message[0] === FROM.RETURNED;
    const ran = runTimeOf(message);
    let value: unknown;
    let problem: { readonly error: unknown } | undefined;
    try {
      value = this.#intake.decode(body);
    } catch (error) {
      problem = { error };
    }
    const run: Run = {
      ms: ran === UNMEASURED ? undefined : ran / 1000,
      bytesSent: task.byteLength,
      bytesReceived: message.byteLength,
      worker: worker.name,
    };
    worker.sent.shift();
    worker.done++;
    if (ran !== UNMEASURED) {
      this.#measures.learn(worker, task, ran / 1000);
    }
    // First its next task, then what its result leads to.
    this.#events.answered(worker);
    if (problem !== undefined) this.reject(task, problem.error);
    else if (value instanceof Promise) {
      this.#settleLate(task, value, hasReturned, run);
    } else if (hasReturned) this.#resolve(task, value, run);
    else this.#threw(task, value, worker.name);
  }

  /** Its function has thrown. */
  #threw(task: Task, error: unknown, worker: string): void {
    this.reject(
      task,
      error,
      (caller) => underCaller(error, worker, framesOf(caller)),
    );
  }

  /**
   * What came holds objects whose module is being loaded. Its worker is done with it, and
   * must not be stopped for its sake.
   */
  #settleLate(
    task: Task,
    value: Promise<unknown>,
    hasReturned: boolean,
    run: Run,
  ): void {
    task.worker = undefined;
    task.stopTimer?.();
    this.#late.add(task);
    value.then(
      (it) => {
        if (hasReturned) this.#resolve(task, it, run);
        else this.#threw(task, it, run.worker);
      },
      (error) => this.reject(task, error),
    );
  }

  /**
   * Has the log tell of a task with a timeout that does not begin: a module may load for
   * ever, and that is not stopped by the timeout.
   */
  expectBegin(task: Task): void {
    if (log === undefined) return;
    task.stopTimer?.();
    const { worker } = task;
    const timer = setTimeout(() => {
      if (task.worker !== worker) return;
      log?.warn(
        `${task.function.name} has not begun after ${LONG_LOAD_MS} ms: ${worker?.name} starts, or loads its module; its timeout counts from when it begins`,
      );
    }, LONG_LOAD_MS);
    Deno.unrefTimer(timer);
    task.stopTimer = () => clearTimeout(timer);
  }

  /** Stops a task that runs for too long from now on. */
  #startTimeout(task: Task | undefined, number: number): void {
    if (task?.number !== number || task.isSettled) return;
    task.stopTimer?.();
    const { timeout } = task.treatment;
    const timer = setTimeout(() => {
      const hint = this.#crew.canStop
        ? ""
        : "; its thread may go on computing, and another takes its place";
      const message =
        `Cannot finish ${task.function.name}: it ran for more than ${timeout} ms${hint}`;
      this.#events.overdue(
        task,
        new DOMException(message, "TimeoutError"),
      );
    }, timeout);
    Deno.unrefTimer(timer);
    task.stopTimer = () => clearTimeout(timer);
  }

  #resolve(task: Task, value: unknown, run: Run): void {
    if (!this.letGo(task)) return;
    this.#measures.done++;
    task.settle.resolve(value, run);
  }

  /**
   * Tells whoever waits for a task that it has failed.
   *
   * @param nameCaller writes them into its stack
   */
  reject(task: Task, error: unknown, nameCaller?: NameCaller): void {
    if (!this.letGo(task)) return;
    this.#measures.failed++;
    const { caller, settle } = task;
    if (
      nameCaller !== undefined && caller === undefined &&
      settle.rejectUnnamed !== undefined
    ) return settle.rejectUnnamed(error, nameCaller);
    nameCaller?.(caller);
    settle.reject(error);
  }

  /** Rejects the tasks that are answered, and wait for a module. */
  rejectLate(error: unknown): void {
    for (const task of [...this.#late]) this.reject(task, error);
  }

  /**
   * Lets go of what a task holds.
   *
   * @returns `false` if it was settled before
   */
  letGo(task: Task): boolean {
    if (task.isSettled) return false;
    task.isSettled = true;
    this.#late.delete(task);
    task.body = undefined;
    task.stopTimer?.();
    task.stopListening?.();
    task.unpin();
    return true;
  }
}
