import type { Encoded } from "../_internal/codec/mod.ts";
import { type Intake, openIntake } from "../_internal/lanes/mod.ts";
import { underCaller } from "../_internal/launch/mod.ts";
import { log } from "../_internal/log.ts";
import type { Job } from "./_executor.ts";
import { Answers } from "./_answers.ts";
import { Backlog } from "./_backlog.ts";
import { atCaller, callerHere, framesOf } from "./_caller.ts";
import { Crew, type CrewOptions } from "./_crew.ts";
import { Distribution } from "./_distribution.ts";
import { IdleWorkers } from "./_idle_workers.ts";
import { Measures } from "./_measures.ts";
import { keep } from "./_slab.ts";
import type { NameCaller, Task } from "./_task.ts";
import type { TaskQueue } from "./_task_queue.ts";
import type { WorkerHandle } from "./_worker_handle.ts";
import type { WorkerEnd, WorkerKind } from "./_worker_kind.ts";
import { WorkerDiedError } from "./worker_died_error.ts";

/**
 * Has the tasks of a pool done, each by a worker that does one after the other, until
 * they are settled, and ends the workers once there will be no more.
 */
export class Scheduler {
  readonly measures: Measures = new Measures();
  /** What submits tasks until it is done. */
  readonly jobs: Set<Job> = new Set();
  readonly #crew: Crew;
  readonly #intake: Intake;
  readonly #answers: Answers;
  readonly #backlog: Backlog;
  readonly #distribution: Distribution;
  /** Who has made the pool, and given it its initializer. */
  readonly #maker = callerHere();
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  /** Why nothing is done any more, what was taken before included. */
  #end: { readonly error: unknown } | undefined;
  /** Called whenever fewer tasks may wait than before. */
  onRoom: (() => void) | undefined;

  constructor(kind: WorkerKind, options: CrewOptions) {
    this.#crew = new Crew(kind, options, {
      joined: (worker) => {
        this.#distribution.joined(worker);
        this.#intake.update();
      },
      ready: (worker) => this.#distribution.ready(worker),
      leaving: () => this.#intake.catchUp(),
      left: (worker, end) => this.#left(worker, end),
      roomy: () => this.#distribution.grow(),
      failed: (error) => this.fail(error),
    });
    const idle = new IdleWorkers();
    this.#backlog = new Backlog(this.#crew, idle);
    this.#distribution = new Distribution(
      this.#crew,
      this.#backlog,
      idle,
      this.measures,
      {
        looking: () => this.#intake.drain(),
        busy: () => this.#intake.update(),
        timed: (task) => this.#answers.expectBegin(task),
        refused: (task, error) => this.#answers.reject(task, error),
        room: () => this.onRoom?.(),
      },
    );
    this.#intake = openIntake(this.#crew.results, {
      // What waits is sent to workers that are still to be started.
      expects: () =>
        this.#backlog.sent > 0 || this.#crew.starting > 0 ||
        this.#waiting.size > 0,
      pace: () => this.#distribution.pace,
      take: (message) => this.#answers.take(message),
      taken: () => this.#taken(),
    });
    this.#answers = new Answers(this.#crew, this.#intake, this.measures, {
      answered: (worker) => this.#distribution.answered(worker),
      overdue: (task, error) => this.#overdue(task, error),
      failed: (error, { name }) => {
        underCaller(error, name, framesOf(this.#maker));
        this.fail(error);
      },
    });
    this.#crew.ended.then(() => {
      this.#intake.end();
      this.#distribution.end();
    });
    try {
      this.#crew.fill();
    } catch (error) {
      this.#crew.terminate();
      throw error;
    }
  }

  get crew(): Crew {
    return this.#crew;
  }

  get intake(): Intake {
    return this.#intake;
  }

  /** Whether no more tasks are taken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Tasks that are not begun. */
  get queued(): number {
    return this.#backlog.queued;
  }

  /** Tasks that workers do. */
  get running(): number {
    return this.#backlog.running;
  }

  get #waiting(): TaskQueue {
    return this.#backlog.waiting;
  }

  /** Throws if no more tasks are taken. */
  check(doing: string): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isClosed) {
      throw new Error(`Cannot ${doing}: pool is closed`);
    }
  }

  /** Throws if nothing is done any more, what was taken before included. */
  checkGoing(): void {
    if (this.#end !== undefined) throw this.#end.error;
  }

  /** Takes a task, with its arguments as they are now; throws if it cannot be sent. */
  submit(task: Task, body: Encoded): void {
    try {
      task.pin();
      if (task.retriesLeft > 0) task.body = keep(body);
      if (this.measures.isDue(task.number)) {
        task.submittedAt = performance.now();
      }
      if (this.#distribution.send(task, body)) return;
    } catch (error) {
      this.#answers.letGo(task);
      throw error;
    }
    task.body ??= keep(body);
    this.#distribution.push(task);
  }

  /** Gives up a task; stops its worker if that has begun it. */
  cancel(task: Task, reason: unknown, nameCaller?: NameCaller): void {
    this.cancelAll([task], reason, nameCaller);
  }

  /** Gives up tasks; stops the workers that have begun them. */
  cancelAll(
    tasks: readonly Task[],
    reason: unknown,
    nameCaller?: NameCaller,
  ): void {
    const unwanted = new Set(tasks.filter(({ isSettled }) => !isSettled));
    if (unwanted.size === 0) return;
    const workers = workersOf(unwanted);
    this.#takeOut(unwanted, workers);
    this.#stopBegun(unwanted, workers, reason);
    for (const task of unwanted) this.#answers.reject(task, reason, nameCaller);
    this.#distribution.spread();
    for (const worker of workers) this.#distribution.refill(worker);
    this.onRoom?.();
    this.closeIfDone();
  }

  /** Stops workers that do what nobody wants. */
  #stopBegun(
    unwanted: ReadonlySet<Task>,
    workers: ReadonlySet<WorkerHandle>,
    reason: unknown,
  ): void {
    // Or is it done? Its answer is there before a worker begins another.
    const endings = [...workers]
      .filter(({ sent }) => sent.some((task) => unwanted.has(task)))
      .map((worker) => [worker, worker.isEnding] as const);
    if (endings.length === 0) return;
    for (const [worker] of endings) worker.isEnding = true;
    this.#intake.drain();
    for (const [worker, isEnding] of endings) {
      // What has been taken in may have led to its end.
      worker.isEnding = isEnding || worker.isStopped;
      // Behind what is not answered as far as we know, it has begun another.
      const task = worker.sent.at(-1);
      if (task === undefined || !unwanted.has(task)) continue;
      log?.info(`stops ${worker.name} in ${task.function.name}: ${reason}`);
      this.#crew.replace(worker);
    }
  }

  /** Gives up a task that has run for too long, unless it is just done. */
  async #overdue(task: Task, error: DOMException): Promise<void> {
    const { worker } = task;
    await this.#intake.catchUp();
    if (task.worker !== worker) return;
    this.cancel(task, error, (caller) => atCaller(error, caller));
  }

  /** Gives up tasks, but for those that are begun; nobody is told. */
  withdraw(tasks: readonly Task[]): void {
    const unwanted = new Set(tasks);
    for (const task of this.#takeOut(unwanted, workersOf(unwanted))) {
      this.#answers.letGo(task);
    }
    this.#distribution.spread();
  }

  /**
   * Takes tasks out of what is not begun, of these workers and of what waits.
   *
   * @returns those that were there
   */
  #takeOut(
    unwanted: ReadonlySet<Task>,
    workers: ReadonlySet<WorkerHandle>,
  ): Task[] {
    const waiting = this.#removeWaiting(unwanted);
    const back = [...workers].flatMap((it) => this.#backlog.takeBack(it));
    this.#waiting.putAllBack(back.filter((task) => !unwanted.has(task)));
    return [...waiting, ...back.filter((task) => unwanted.has(task))];
  }

  /** A single one is found faster without looking each of them up. */
  #removeWaiting(unwanted: ReadonlySet<Task>): Task[] {
    if (unwanted.size > 1) return this.#waiting.removeAll(unwanted);
    return [...unwanted].filter((task) => this.#waiting.remove(task));
  }

  /** Takes no more tasks; workers end once they have done all. */
  close(): void {
    this.#isClosed = true;
    this.closeIfDone();
  }

  /** Ends all workers; tasks that are not done never will be. */
  terminate(error: unknown): void {
    this.#isClosed = true;
    this.#end ??= { error };
    for (const job of [...this.jobs]) job.fail(error);
    this.#rejectAll(error);
    this.#crew.terminate();
    this.#intake.update();
  }

  /** Ends a pool that cannot work. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.terminate(error);
  }

  /** Answers have been taken. */
  #taken(): void {
    if (this.#distribution.feed() && this.#isClosed) this.closeIfDone();
  }

  #left(worker: WorkerHandle, end: WorkerEnd): void {
    const back = this.#backlog.takeBack(worker);
    const lost = worker.sent.splice(0);
    this.#backlog.remove(lost.length);
    const { again = [], over = [] } = Object.groupBy(
      lost.filter(({ isSettled }) => !isSettled),
      ({ retriesLeft }) => retriesLeft > 0 ? "again" : "over",
    );
    for (const task of again) this.#retry(task, worker);
    // All of these first: to tell of the others may lead to anything, as to the end of the pool.
    this.#waiting.putAllBack([...again, ...back]);
    for (const task of over) this.#lose(task, worker, end);
    queueMicrotask(() => {
      this.#distribution.spread();
      this.closeIfDone();
      this.#intake.update();
    });
  }

  /** A task is to be begun again, as its worker has died. */
  #retry(task: Task, worker: WorkerHandle): void {
    task.worker = undefined;
    this.measures.retried++;
    task.retry(worker.name);
  }

  /** A task fails, as its worker has died. */
  #lose(task: Task, worker: WorkerHandle, end: WorkerEnd): void {
    task.worker = undefined;
    const { pid } = worker.started;
    const { name } = task.function;
    const error = new WorkerDiedError(worker.name, { pid, ...end, task: name });
    this.#answers.reject(task, error, (caller) => atCaller(error, caller));
  }

  #rejectAll(error: unknown): void {
    this.#answers.rejectLate(error);
    for (
      let task = this.#waiting.shift();
      task !== undefined;
      task = this.#waiting.shift()
    ) this.#answers.reject(task, error);
    for (const { sent } of this.#crew.workers.values()) {
      for (const task of sent) this.#answers.reject(task, error);
    }
    this.onRoom?.();
  }

  /** Lets the workers of a closed pool end, once nothing is left to do. */
  closeIfDone(): void {
    if (!this.#isClosed || this.jobs.size > 0) return;
    if (this.#backlog.sent > 0 || this.#waiting.size > 0) return;
    this.#crew.close();
  }
}

/** The workers that tasks have been sent to. */
function workersOf(tasks: Iterable<Task>): Set<WorkerHandle> {
  const workers = new Set<WorkerHandle>();
  for (const { worker } of tasks) if (worker !== undefined) workers.add(worker);
  return workers;
}
