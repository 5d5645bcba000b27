import { callLater } from "../_internal/parking/mod.ts";
import type { Backlog } from "./_backlog.ts";
import type { Crew } from "./_crew.ts";
import type { IdleWorkers } from "./_idle_workers.ts";
import type { Task } from "./_task.ts";
import type { WorkerHandle } from "./_worker_handle.ts";

/** Milliseconds after which others get what waits behind a long task. */
const BALANCE_MS = 2;

/** What it takes to move tasks. */
export interface BalanceEvents {
  /** It is to be known what is done by now. */
  looking(): void;
  /** Tasks have come back, to be given to others. */
  moved(): void;
}

/** Takes back what stands behind long tasks, if it can be begun elsewhere before. */
export class Balance {
  readonly #crew: Crew;
  readonly #backlog: Backlog;
  readonly #idle: IdleWorkers;
  readonly #events: BalanceEvents;
  #isDue = false;

  constructor(
    crew: Crew,
    backlog: Backlog,
    idle: IdleWorkers,
    events: BalanceEvents,
  ) {
    this.#crew = crew;
    this.#backlog = backlog;
    this.#idle = idle;
    this.#events = events;
  }

  /** Sees to it that what stands behind others now does not stand there for long. */
  soon(): void {
    if (this.#isDue) return;
    // By number: who waits must not keep what has been settled meanwhile.
    const heads = this.#movable().map((it) => [it, it.sent[0].number] as const);
    if (heads.length === 0) return;
    this.#isDue = true;
    callLater(BALANCE_MS, () => {
      this.#isDue = false;
      this.#events.looking();
      const movable = new Set(this.#movable());
      const back: Task[] = [];
      for (const [worker, head] of heads) {
        if (!movable.has(worker) || worker.sent[0].number !== head) continue;
        back.push(...this.#backlog.takeBack(worker, { isPatient: false }));
      }
      this.#backlog.waiting.putAllBack(back);
      this.#events.moved();
      this.soon();
    });
  }

  /** Workers before which stands what others could do, or what others may pass. */
  #movable(): WorkerHandle[] {
    const isAnyFree = this.#idle.size > 0 || this.#crew.canGrow;
    return this.#crew.list.filter(({ sent }) =>
      sent.length > 1 && (isAnyFree || this.#backlog.isUrgent(sent[1]))
    );
  }
}
