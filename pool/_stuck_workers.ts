import { log } from "../_internal/log.ts";
import { callLater } from "../_internal/parking/mod.ts";
import type { BalanceEvents } from "./_balance.ts";
import type { Backlog } from "./_backlog.ts";
import type { Crew } from "./_crew.ts";
import type { Task } from "./_task.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/** Milliseconds between two looks. Whoever does not begin a task in that time is stuck. */
const LOOK_MS = 2_500;

/**
 * Finds workers that are up and do not look for tasks: what an earlier one has left behind
 * computes, or their process is stopped. Nothing that is sent to them is begun, so no timeout runs
 * either. What they were sent is given to others, and others take their places.
 *
 * Without shared memory a task counts as begun once it is on its way, so this finds none.
 */
export class StuckWorkers {
  readonly #crew: Crew;
  readonly #backlog: Backlog;
  readonly #events: BalanceEvents;
  /** The number of what each worker had not answered at the last look. */
  #heads = new Map<WorkerHandle, number>();
  /** That of what each worker was found to have begun last. */
  readonly #begun = new WeakMap<WorkerHandle, number>();
  #isDue = false;

  constructor(crew: Crew, backlog: Backlog, events: BalanceEvents) {
    this.#crew = crew;
    this.#backlog = backlog;
    this.#events = events;
  }

  /** Sees to it that what a worker is sent now is begun. */
  watch(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    callLater(LOOK_MS, () => {
      this.#isDue = false;
      this.#look();
    });
  }

  #look(): void {
    this.#events.looking();
    const former = this.#heads;
    this.#heads = new Map();
    let hasMoved = false;
    for (const worker of this.#crew.list) {
      const [head] = worker.sent;
      if (!worker.isReady || worker.isStopped || head === undefined) continue;
      const { number } = head;
      this.#heads.set(worker, number);
      const isNew = former.get(worker) !== number;
      if (isNew || this.#begun.get(worker) === number) continue;
      if (this.#check(worker, head)) hasMoved = true;
    }
    if (hasMoved) this.#events.moved();
    // What stands behind one that goes on is to be begun after that.
    if (this.#heads.size > 0) this.watch();
  }

  /** Takes back what a worker has not begun; whether there was anything. */
  #check(worker: WorkerHandle, head: Task): boolean {
    const back = this.#backlog.takeBack(worker, { isPatient: false });
    if (back.includes(head)) {
      log?.warn(
        `${worker.name} is up, and has not begun a task for ${LOOK_MS} ms: another takes its place`,
      );
      this.#crew.replace(worker);
    } else this.#begun.set(worker, head.number);
    this.#backlog.waiting.putAllBack(back);
    return back.length > 0;
  }
}
