import type { Pace } from "../_internal/lanes/mod.ts";
import type { Contents } from "../_internal/channel/mod.ts";
import type { Backlog } from "./_backlog.ts";
import { Balance } from "./_balance.ts";
import type { Crew } from "./_crew.ts";
import type { IdleWorkers } from "./_idle_workers.ts";
import { LongTasks } from "./_long_tasks.ts";
import { StuckWorkers } from "./_stuck_workers.ts";
import type { Measures } from "./_measures.ts";
import { TASK, TO } from "./_messages.ts";
import { isCrowded, paceOf } from "./_pace.ts";
import type { Task } from "./_task.ts";
import type { TaskQueue } from "./_task_queue.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/** Milliseconds from which on tasks are long: then workers take turns. */
const TURNS_FROM_MS = 1;
const PROCESSORS = navigator.hardwareConcurrency;

/** What comes of giving tasks out. */
export interface DistributionEvents {
  /** It is to be known what is done by now. */
  looking(): void;
  /** Workers have something to do that had nothing. */
  busy(): void;
  /** A task with a timeout has been sent. */
  timed(task: Task): void;
  /** A task that waited cannot be sent. */
  refused(task: Task, error: unknown): void;
  /** Fewer tasks may wait than before. */
  room(): void;
}

/**
 * Gives tasks to workers: says who gets which, and when.
 *
 * While tasks are short a worker is given some ahead, in its lane; what it has not begun
 * can be taken back, so a task waits behind a longer one only for a moment, and behind
 * one of lower priority not at all. A watched task (with a timeout or a signal) is given
 * only to a worker that has nothing else. So are those of higher priority than others
 * that are not begun, but several of them at a time.
 */
export class Distribution {
  readonly #crew: Crew;
  readonly #backlog: Backlog;
  readonly #idle: IdleWorkers;
  readonly #measures: Measures;
  readonly #events: DistributionEvents;
  readonly #balance: Balance;
  readonly #longTasks: LongTasks;
  readonly #stuck: StuckWorkers;
  /** Workers that have done tasks since any were given out. */
  #hungry: WorkerHandle[] = [];
  #turn = 0;

  constructor(
    crew: Crew,
    backlog: Backlog,
    idle: IdleWorkers,
    measures: Measures,
    events: DistributionEvents,
  ) {
    this.#crew = crew;
    this.#backlog = backlog;
    this.#idle = idle;
    this.#measures = measures;
    this.#events = events;
    this.#longTasks = new LongTasks(crew, measures, () => events.looking());
    const moves = {
      looking: () => events.looking(),
      moved: () => {
        // Before what is left goes back to those who are busy.
        this.grow();
        this.spread();
      },
    };
    this.#balance = new Balance(crew, backlog, idle, moves);
    this.#stuck = new StuckWorkers(crew, backlog, moves);
  }

  get #waiting(): TaskQueue {
    return this.#backlog.waiting;
  }

  /** How many tasks a worker may have. */
  get #ahead(): number {
    return this.#measures.ahead(isCrowded(this.#crew.list, PROCESSORS));
  }

  /** How to wait for results. */
  get pace(): Pace {
    return paceOf(this.#crew.list, this.#measures, PROCESSORS);
  }

  /** There is a new worker. */
  joined(worker: WorkerHandle): void {
    this.#idle.add(worker);
    // Not yet: who starts it may have a task for it.
    queueMicrotask(() => this.spread());
  }

  /** A worker is up. */
  ready(worker: WorkerHandle): void {
    // It may have what waits for others that are not.
    this.#hungry.push(worker);
  }

  /** A worker has done a task, and can have others. */
  answered(worker: WorkerHandle): void {
    this.#backlog.remove(1);
    if (worker.seen !== undefined) this.#longTasks.answered(worker);
    if (this.#hungry.at(-1) !== worker) this.#hungry.push(worker);
  }

  /**
   * Sends a task at once, if a worker can have it.
   *
   * @returns whether one could
   * @throws {TypeError | RangeError} if it cannot be sent
   */
  send(task: Task, body: Contents): boolean {
    const worker = this.#waiting.size === 0 ? this.#workerFor(task) : undefined;
    if (worker === undefined) return false;
    this.#send(worker, task, body);
    return true;
  }

  /** Lets a task wait until a worker can have it. */
  push(task: Task): void {
    this.#waiting.push(task);
    // At once: who submits it may block until it is done.
    const isNew = this.#crew.hasSpare && this.#crew.grow();
    if (this.#backlog.putInOrder() || isNew) this.spread();
    else this.grow();
  }

  /** Gives a worker what it may have. */
  refill(worker: WorkerHandle): void {
    const ahead = this.#ahead;
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
      return this.spread();
    }
    this.#crew.rest(worker);
    if (isAnyBusy) this.#balance.soon();
  }

  /** Lets all workers that have nothing to do have what waits, the most urgent first. */
  spread(): void {
    // What has come back may be more urgent than what others have been sent.
    this.#backlog.putInOrder();
    let { first } = this.#waiting;
    while (first !== undefined) {
      const worker = this.#workerFor(first);
      if (worker === undefined) break;
      this.#sendFirst(worker);
      first = this.#waiting.first;
    }
    this.grow();
    this.#events.room();
  }

  /**
   * Gives those who have done tasks others: many at once, so that they are woken once.
   *
   * @returns whether anybody has
   */
  feed(): boolean {
    const hungry = this.#hungry;
    if (hungry.length === 0) return false;
    this.#hungry = [];
    this.#backlog.putInOrder();
    for (const worker of new Set(hungry)) this.refill(worker);
    this.#events.room();
    return true;
  }

  /** There are no workers any more. */
  end(): void {
    this.#longTasks.end();
  }

  /** The worker that a task is to be sent to now, if any. */
  #workerFor(task: Task): WorkerHandle | undefined {
    const isLong = this.#measures.meanMs >= TURNS_FROM_MS ||
      this.#measures.isNew;
    // Long tasks go round; short ones to whoever is still warm.
    const idle = this.#idle.take(isLong);
    if (idle !== undefined) return idle;
    const ahead = this.#ahead;
    if (ahead < 2 || task.isWatched || this.#crew.hasSpare) return undefined;
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
      queueMicrotask(() => this.#events.refused(task, error));
    }
  }

  #send(worker: WorkerHandle, task: Task, body: Contents): void {
    const { maxTasksPerChild } = this.#crew.options;
    const { timeout } = task.treatment;
    const isChunk = task.kind === TO.TRY_EACH;
    const isMeasured = isChunk || this.#measures.isDue(task.number);
    const flags = (timeout === 0 ? 0 : TASK.ANNOUNCE) |
      (isMeasured ? TASK.MEASURE : 0);
    if (!isChunk) task.weight = isMeasured ? this.#measures.every : 0;
    try {
      worker.send(task, flags, body);
    } catch (error) {
      if (worker.isIdle) this.#idle.add(worker);
      throw error;
    }
    if (!isMeasured) this.#longTasks.begin();
    if (worker.idleTimer !== undefined) clearTimeout(worker.idleTimer);
    task.worker = worker;
    if (timeout !== 0) this.#events.timed(task);
    this.#measures.bytesSent += task.byteLength;
    if (task.retriesLeft === 0) task.body = undefined;
    this.#backlog.add(worker, task);
    if (this.#backlog.sent === 1) this.#events.busy();
    this.#stuck.watch();
    if (
      worker.sent.length > 1 &&
      (this.#crew.canGrow || this.#backlog.isUrgent(task))
    ) this.#balance.soon();
    if (maxTasksPerChild !== 0 && worker.given === maxTasksPerChild) {
      worker.end();
    }
  }

  /** Starts a worker for each task that waits, as far as there may be more. */
  grow(): void {
    while (this.#waiting.size > this.#idle.size && this.#crew.grow());
  }
}
