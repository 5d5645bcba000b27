import type { WorkerHandle } from "./_worker_handle.ts";

/** Workers that have nothing to do, as far as they have not got or left it since. */
export class IdleWorkers {
  readonly #workers: WorkerHandle[] = [];

  /** Adds one that has nothing to do. One that is here already keeps its turn. */
  add(worker: WorkerHandle): void {
    if (!this.#workers.includes(worker)) this.#workers.push(worker);
  }

  /** How many there are. */
  get size(): number {
    let size = 0;
    for (const { isIdle } of this.#workers) if (isIdle) size++;
    return size;
  }

  /**
   * Takes one; of those that are still starting only if no other is there.
   *
   * @param inTurn whether they take turns, or whoever came last, so is still warm, is next
   */
  take(inTurn: boolean): WorkerHandle | undefined {
    const starting: WorkerHandle[] = [];
    let idle: WorkerHandle | undefined;
    while (idle === undefined && this.#workers.length > 0) {
      const worker = inTurn ? this.#workers.shift()! : this.#workers.pop()!;
      if (!worker.isIdle) continue;
      if (worker.isReady) idle = worker;
      else starting.push(worker);
    }
    if (starting.length > 0) {
      idle ??= starting.shift();
      this.#workers.unshift(...starting);
    }
    return idle;
  }
}
