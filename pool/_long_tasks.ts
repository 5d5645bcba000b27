import { callLater } from "../_internal/parking/mod.ts";
import { type Measures, NOTED_FROM_MS } from "./_measures.ts";
import type { Task } from "./_task.ts";

/** Milliseconds after which it looks, and at most where only the same goes on. */
const LOOK_MS = 4;
const LONGEST_LOOK_MS = 1_000;

/** What is to be known of a worker. */
export interface Watched {
  /** What it has been sent and has not answered; it has begun the first. */
  readonly sent: readonly Pick<Task, "weight">[];
  readonly isReady: boolean;
  busyMs: number;
  /** What it was seen to do, if it is not answered. */
  seen: Pick<Task, "weight"> | undefined;
  /** When that began, as far as is known, and until when it was seen to go on. */
  seenFrom: number;
  seenTo: number;
}

/**
 * Notices tasks that take long where not all are measured. It looks now and then which
 * ones workers are at, so that nothing has to be done for each that is short.
 */
export class LongTasks {
  readonly #workers: { readonly list: readonly Watched[] };
  readonly #measures: Measures;
  readonly #catchUp: () => void;
  /** The number of the look that is due, if any. */
  #due: number | undefined;
  /** That of the one that was planned last. */
  #looks = 0;
  #startedAt = 0;
  #delay = LOOK_MS;

  constructor(
    workers: { readonly list: readonly Watched[] },
    measures: Measures,
    catchUp: () => void,
  ) {
    this.#workers = workers;
    this.#measures = measures;
    this.#catchUp = catchUp;
  }

  /** Some worker begins what it has not been seen to do. */
  begin(): void {
    if (this.#due === undefined || this.#delay > LOOK_MS) this.#wait(LOOK_MS);
  }

  /** Notes what workers do now. */
  look(): void {
    const startedAt = this.#startedAt;
    this.end();
    // What has been answered meanwhile is done.
    this.#catchUp();
    const now = performance.now();
    // What was not seen the last time has begun since; nobody knows when if the thread
    // of the pool had something else to do.
    const isLate = now - startedAt > 2 * this.#delay;
    const from = isLate ? now : (startedAt + now) / 2;
    let isAnyNew = false;
    let isAnyLong = false;
    for (const worker of this.#workers.list) {
      const [first] = worker.sent;
      if (first === undefined) continue;
      if (!worker.isReady) {
        isAnyLong = true;
        continue;
      }
      if (worker.seen === undefined) {
        worker.seen = first;
        worker.seenFrom = from;
        isAnyNew = true;
      }
      worker.seenTo = now;
      if (first.weight === 0) isAnyLong = true;
    }
    if (!isAnyNew && !isAnyLong) return;
    this.#wait(isAnyNew ? LOOK_MS : Math.min(2 * this.#delay, LONGEST_LOOK_MS));
  }

  /** A worker has answered what it was seen to do. */
  answered(worker: Watched): void {
    // The answer may have come long ago, if nobody looked.
    const end = Math.min(performance.now(), worker.seenTo + this.#delay);
    const ms = end - worker.seenFrom;
    const isMeasured = worker.seen!.weight > 0;
    worker.seen = undefined;
    if (!isMeasured && ms >= NOTED_FROM_MS) this.#measures.note(worker, ms);
    if (worker.sent.length > 0) this.begin();
  }

  /** Looks no more, until something begins. */
  end(): void {
    this.#due = undefined;
  }

  #wait(ms: number): void {
    this.#delay = ms;
    this.#startedAt = performance.now();
    const due = this.#due = ++this.#looks;
    callLater(ms, () => {
      if (this.#due === due) this.look();
    });
  }
}
