import type { Contents } from "../_internal/channel/mod.ts";
import type { Encoded } from "../_internal/codec/mod.ts";
import { type Intake, openIntake } from "../_internal/lanes/mod.ts";
import type { Job } from "./_executor.ts";
import { Answers } from "./_answers.ts";
import { Backlog } from "./_backlog.ts";
import { Balance } from "./_balance.ts";
import { Crew, type CrewOptions } from "./_crew.ts";
import { IdleWorkers } from "./_idle_workers.ts";
import { Measures } from "./_measures.ts";
import { TASK, TO } from "./_messages.ts";
import { keep } from "./_slab.ts";
import type { Task } from "./_task.ts";
import type { TaskQueue } from "./_task_queue.ts";
import type { WorkerHandle } from "./_worker_handle.ts";
import type { WorkerEnd, WorkerKind } from "./_worker_kind.ts";
import { WorkerDiedError } from "./worker_died_error.ts";

/** Milliseconds from which on tasks are long: then workers take turns. */
const LONG_MS = 1;

/**
 * Gives tasks to workers.
 *
 * A worker does one task after the other. While tasks are short it is given some
 * ahead, in its lane; what it has not begun can be taken back, so a task waits
 * behind a longer one only for a moment, and behind one of lower priority not at all.
 * A watched task (with a timeout or a signal) is given only to a worker that has
 * nothing else. So are those of higher priority than others that are not begun, but
 * several of them at a time.
 */
export class Scheduler {
  readonly measures: Measures = new Measures();
  /** What submits tasks until it is done. */
  readonly jobs: Set<Job> = new Set();
  readonly #crew: Crew;
  readonly #intake: Intake;
  readonly #answers: Answers;
  readonly #backlog: Backlog;
  readonly #balance: Balance;
  readonly #idle = new IdleWorkers();
  /** Workers that have done tasks since any were given out. */
  #hungry: WorkerHandle[] = [];
  #turn = 0;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  /** Called whenever fewer tasks may wait than before. */
  onRoom: (() => void) | undefined;

  constructor(kind: WorkerKind, options: CrewOptions) {
    this.#crew = new Crew(kind, options, {
      joined: (worker) => this.#joined(worker),
      // It may have what waits for others that are not.
      ready: (worker) => this.#hungry.push(worker),
      leaving: () => this.#intake.catchUp(),
      left: (worker, end) => this.#left(worker, end),
      failed: (error) => this.fail(error),
    });
    this.#backlog = new Backlog(this.#crew, this.#idle);
    this.#balance = new Balance(this.#crew, this.#backlog, this.#idle, {
      looking: () => this.#intake.drain(),
      moved: () => {
        // Before what is left goes back to those who are busy.
        this.#grow();
        this.#spread();
      },
    });
    this.#intake = openIntake(this.#crew.results, {
      // What waits is sent to workers that are still to be started.
      expects: () =>
        this.#backlog.sent > 0 || this.#crew.starting > 0 ||
        this.#waiting.size > 0,
      take: (message) => this.#answers.take(message),
      taken: () => this.#feed(),
    });
    this.#answers = new Answers(this.#crew, this.#intake, this.measures, {
      answered: (worker) => this.#answered(worker),
      overdue: (task, error) => this.#overdue(task, error),
      failed: (error) => this.fail(error),
    });
    this.#crew.ended.then(() => this.#intake.end());
    try {
      this.#crew.fill();
    } catch (error) {
      this.#crew.terminate();
      throw error;
    }
    this.#intake.update();
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

  /** Takes a task, with its arguments as they are now; throws if it cannot be sent. */
  submit(task: Task, body: Encoded): void {
    for (const each of task.cargo) each.pin();
    if (task.retriesLeft > 0) task.body = keep(body);
    if (this.measures.isDue(task.number)) task.submittedAt = performance.now();
    const worker = this.#waiting.size === 0 ? this.#workerFor(task) : undefined;
    if (worker !== undefined) {
      try {
        return this.#send(worker, task, body);
      } catch (error) {
        this.#answers.letGo(task);
        throw error;
      }
    }
    task.body ??= keep(body);
    this.#waiting.push(task);
    if (this.#backlog.putInOrder()) this.#spread();
    else this.#grow();
  }

  /** Gives up a task; stops its worker if that has begun it. */
  cancel(task: Task, reason: unknown): void {
    if (task.isSettled) return;
    if (this.#waiting.remove(task)) {
      this.#answers.reject(task, reason);
      return this.onRoom?.();
    }
    const { worker } = task;
    // It is done, and what it gives waits for a module.
    if (worker === undefined) return this.#answers.reject(task, reason);
    const back = this.#backlog.takeBack(worker);
    this.#waiting.putAllBack(back.filter((each) => each !== task));
    if (!back.includes(task)) {
      // Or is it done? Its answer is there before the worker begins another.
      const { isEnding } = worker;
      worker.isEnding = true;
      this.#intake.drain();
      worker.isEnding = isEnding;
      // Behind what is not answered as far as we know, it has begun another.
      const isRunning = task.worker === worker && worker.sent.at(-1) === task;
      if (isRunning) this.#crew.replace(worker, task, reason);
    }
    this.#answers.reject(task, reason);
    this.#spread();
    this.#refill(worker);
    this.onRoom?.();
    this.closeIfDone();
  }

  /** Gives up a task that has run for too long, unless it is just done. */
  async #overdue(task: Task, error: unknown): Promise<void> {
    const { worker } = task;
    await this.#intake.catchUp();
    if (task.worker === worker) this.cancel(task, error);
  }

  /** Gives up tasks, but for those that are begun; nobody is told. */
  withdraw(tasks: readonly Task[]): void {
    const workers = new Set<WorkerHandle>();
    for (const task of tasks) {
      if (this.#waiting.remove(task)) this.#answers.letGo(task);
      else if (task.worker !== undefined) workers.add(task.worker);
    }
    const back = [...workers].flatMap((it) => this.#backlog.takeBack(it));
    const unwanted = new Set(tasks);
    for (const task of back) {
      if (unwanted.has(task)) this.#answers.letGo(task);
    }
    this.#waiting.putAllBack(back.filter(({ isSettled }) => !isSettled));
    this.#spread();
  }

  /** Takes no more tasks; workers end once they have done all. */
  close(): void {
    this.#isClosed = true;
    this.closeIfDone();
  }

  /** Ends all workers; tasks that are not done never will be. */
  terminate(error: unknown): void {
    this.#isClosed = true;
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

  #joined(worker: WorkerHandle): void {
    this.#idle.add(worker);
    // Not yet: who starts it may have a task for it.
    queueMicrotask(() => this.#spread());
  }

  #left(worker: WorkerHandle, end: WorkerEnd): void {
    worker.isStopped = true;
    this.#waiting.putAllBack(this.#backlog.takeBack(worker));
    const lost = worker.sent.splice(0);
    this.#backlog.remove(lost.length);
    for (const task of lost) this.#lose(task, worker, end);
    queueMicrotask(() => {
      this.#spread();
      this.closeIfDone();
      this.#intake.update();
    });
  }

  /** Its worker has died while it ran a task. */
  #lose(task: Task, worker: WorkerHandle, end: WorkerEnd): void {
    if (task.isSettled) return;
    task.worker = undefined;
    if (task.retriesLeft > 0) {
      this.measures.retried++;
      task.retry(worker.name);
      return this.#waiting.putBack(task);
    }
    const { pid } = worker.started;
    const { name } = task.function;
    this.#answers.reject(
      task,
      new WorkerDiedError(worker.name, { pid, ...end, task: name }),
    );
  }

  /** The worker that a task is to be sent to now, if any. */
  #workerFor(task: Task): WorkerHandle | undefined {
    const isLong = this.measures.meanMs >= LONG_MS || this.measures.isNew;
    // Long tasks go round; short ones to whoever is still warm.
    const idle = this.#idle.take(isLong);
    if (idle !== undefined) return idle;
    const ahead = this.measures.ahead;
    if (ahead < 2 || task.isWatched) return undefined;
    if (this.#backlog.isUrgent(task)) return undefined;
    const workers = this.#crew.list;
    for (let step = 0; step < workers.length; step++) {
      const worker = workers[this.#turn++ % workers.length];
      if (worker.hasRoom(ahead)) return worker;
    }
    return undefined;
  }

  /** Sends the first that waits. If it cannot be sent, that is its error, and nobody else's. */
  #sendFirst(worker: WorkerHandle): void {
    const task = this.#waiting.shift()!;
    try {
      this.#send(worker, task, task.body!);
    } catch (error) {
      // Not at once: who submits it has still to note it.
      queueMicrotask(() => this.#answers.reject(task, error));
    }
  }

  #send(worker: WorkerHandle, task: Task, body: Contents): void {
    const { maxTasksPerChild } = this.#crew.options;
    const { timeout } = task.treatment;
    const isChunk = task.kind === TO.TRY_EACH;
    const isMeasured = isChunk || this.measures.isDue(task.number);
    const flags = (timeout === 0 ? 0 : TASK.ANNOUNCE) |
      (isMeasured ? TASK.MEASURE : 0);
    if (!isChunk) task.weight = this.measures.every;
    try {
      worker.send(task, flags, body);
    } catch (error) {
      if (worker.isIdle) this.#idle.add(worker);
      throw error;
    }
    clearTimeout(worker.idleTimer);
    task.worker = worker;
    if (timeout !== 0) this.#answers.expectBegin(task);
    this.measures.bytesSent += task.byteLength;
    if (task.retriesLeft === 0) task.body = undefined;
    this.#backlog.add(worker, task);
    if (this.#backlog.sent === 1) this.#intake.update();
    if (
      worker.sent.length > 1 &&
      (this.#crew.canGrow || this.#backlog.isUrgent(task))
    ) this.#balance.soon();
    if (maxTasksPerChild !== 0 && worker.given === maxTasksPerChild) {
      worker.end();
    }
  }

  /** Gives a worker what it may have. */
  #refill(worker: WorkerHandle): void {
    const ahead = this.measures.ahead;
    let { first } = this.#waiting;
    // One that still has half of it is not yet worth waking.
    if (worker.sent.length > ahead >> 1) return;
    const isFree = worker.sent.length === 0;
    while (first !== undefined && worker.hasRoom(ahead)) {
      if (worker.sent.length > 0 && first.isWatched) break;
      // Behind others that are sent now it may stand: so far they are short.
      if (!isFree && this.#backlog.isUrgent(first)) break;
      this.#sendFirst(worker);
      first = this.#waiting.first;
    }
    if (!worker.isIdle) return;
    this.#idle.add(worker);
    const isAnyBusy = this.#backlog.sent > 0;
    if (worker.isReady && isAnyBusy && this.#backlog.relieve()) {
      return this.#spread();
    }
    this.#crew.rest(worker);
    if (isAnyBusy) this.#balance.soon();
  }

  /** Lets all workers that have nothing to do have what waits, the most urgent first. */
  #spread(): void {
    // What has come back may be more urgent than what others have been sent.
    this.#backlog.putInOrder();
    let { first } = this.#waiting;
    while (first !== undefined) {
      const worker = this.#workerFor(first);
      if (worker === undefined) break;
      this.#sendFirst(worker);
      first = this.#waiting.first;
    }
    this.#grow();
    this.onRoom?.();
  }

  /** Starts a worker for each task that waits, as far as there may be more. */
  #grow(): void {
    try {
      while (this.#crew.canGrow && this.#waiting.size > this.#idle.size) {
        this.#crew.grow();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** A worker has done a task, and can have others. */
  #answered(worker: WorkerHandle): void {
    this.#backlog.remove(1);
    if (this.#hungry.at(-1) !== worker) this.#hungry.push(worker);
  }

  /** Gives those who have done tasks others: many at once, so that they are woken once. */
  #feed(): void {
    const hungry = this.#hungry;
    if (hungry.length === 0) return;
    this.#hungry = [];
    this.#backlog.putInOrder();
    for (const worker of new Set(hungry)) this.#refill(worker);
    this.onRoom?.();
    if (this.#isClosed) this.closeIfDone();
  }

  #rejectAll(error: unknown): void {
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
