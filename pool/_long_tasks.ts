import { LONG_MS, type Measures } from "./_measures.ts";
import type { Task } from "./_task.ts";

/** Milliseconds after which it looks. */
const LOOK_MS = 4;

/** What is to be known of a worker. */
export interface Watched {
  /** What it has been sent and has not answered; it has begun the first. */
  readonly sent: readonly Pick<Task, "weight">[];
  readonly isReady: boolean;
  busyMs: number;
  /** What it was seen to do, if it is not answered. */
  seen: Pick<Task, "weight"> | undefined;
  /** When that began, as far as is known. */
  seenAt: number;
}

/**
 * Notices tasks that take long where not all are measured. It looks now and then which
 * ones workers are at, so that nothing has to be done for each that is short.
 */
export class LongTasks {
  readonly #workers: { readonly list: readonly Watched[] };
  readonly #measures: Measures;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;

  constructor(
    workers: { readonly list: readonly Watched[] },
    measures: Measures,
  ) {
    this.#workers = workers;
    this.#measures = measures;
  }

  /** Some worker begins what it has not been seen to do. */
  begin(): void {
    if (this.#timer !== undefined) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.look(), LOOK_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Notes what workers do now. */
  look(): void {
    this.end();
    // What was not seen the last time has begun since.
    const at = (this.#startedAt + performance.now()) / 2;
    for (const worker of this.#workers.list) {
      const [first] = worker.sent;
      if (first === undefined || worker.seen !== undefined) continue;
      if (!worker.isReady) {
        this.begin();
        continue;
      }
      worker.seen = first;
      worker.seenAt = at;
    }
  }

  /** A worker has answered what it was seen to do. */
  answered(worker: Watched): void {
    const ms = performance.now() - worker.seenAt;
    const isMeasured = worker.seen!.weight > 0;
    worker.seen = undefined;
    if (!isMeasured && ms >= LONG_MS) this.#measures.note(worker, ms);
    if (worker.sent.length > 0) this.begin();
  }

  /** Looks no more, until something begins. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
