import type { Crew } from "./_crew.ts";
import type { IdleWorkers } from "./_idle_workers.ts";
import type { Task } from "./_task.ts";
import { TaskQueue } from "./_task_queue.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/**
 * What is not done: tasks that wait in the pool, and those that workers were sent. Of
 * the latter, the first is taken for begun, and all behind it can be taken back.
 */
export class Backlog {
  readonly waiting: TaskQueue = new TaskQueue();
  readonly #crew: Crew;
  readonly #idle: IdleWorkers;
  #sent = 0;
  /**
   * No task that was sent and is not begun has a priority below. It may have been
   * begun since: then {@linkcode putInOrder} finds out.
   */
  #lowestSent = Infinity;

  constructor(crew: Crew, idle: IdleWorkers) {
    this.#crew = crew;
    this.#idle = idle;
  }

  /** Tasks that workers were sent and have not answered. */
  get sent(): number {
    return this.#sent;
  }

  /** Tasks that are not begun. */
  get queued(): number {
    return this.waiting.size + this.#sent - this.running;
  }

  /** Tasks that are begun, or will be as soon as their workers are up. */
  get running(): number {
    let running = 0;
    for (const { sent } of this.#crew.workers.values()) {
      if (sent.length > 0) running++;
    }
    return running;
  }

  /** Notes that a worker was sent a task. */
  add(worker: WorkerHandle, { treatment: { priority } }: Task): void {
    this.#sent++;
    const isBegun = worker.isReady && worker.sent.length === 1;
    if (!isBegun && priority < this.#lowestSent) this.#lowestSent = priority;
  }

  /** Notes that so many tasks that workers were sent are done or lost. */
  remove(count: number): void {
    this.#sent -= count;
  }

  /** Whether tasks of lower priority are not begun. */
  isUrgent({ treatment: { priority } }: Task): boolean {
    return priority > this.#lowestSent || priority > this.waiting.lowest;
  }

  /** Takes back what is less urgent than what waits; whether there may be any. */
  putInOrder(): boolean {
    const { first } = this.waiting;
    if (first === undefined) return false;
    const { priority } = first.treatment;
    if (priority <= this.#lowestSent) return false;
    const back: Task[] = [];
    this.#lowestSent = Infinity;
    for (const worker of this.#crew.list) {
      if (worker.lowestNotBegun < priority) {
        back.push(...this.takeBack(worker, { isPatient: false }));
      }
      this.#lowestSent = Math.min(this.#lowestSent, worker.lowestNotBegun);
    }
    this.waiting.putAllBack(back);
    return true;
  }

  /** Takes back what waits for a worker that is not up yet; whether there was anything. */
  relieve(): boolean {
    const starting = this.#crew.list.find(({ isDelayed }) => isDelayed);
    if (starting === undefined) return false;
    const back = this.takeBack(starting);
    this.waiting.putAllBack(back);
    return back.length > 0;
  }

  /**
   * Takes back what a worker has not begun.
   *
   * @param isPatient whether to wait a moment for what a hub has lent it
   */
  takeBack(worker: WorkerHandle, { isPatient = true } = {}): Task[] {
    const back = worker.takeBack({ isPatient });
    this.#sent -= back.length;
    for (const task of back) task.worker = undefined;
    if (worker.isIdle) this.#idle.add(worker);
    return back.filter(({ isSettled }) => !isSettled);
  }
}
