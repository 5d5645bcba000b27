import { Histogram } from "./_histogram.ts";

/** What is measured of a worker. */
interface Measured {
  busyMs: number;
}

/** What is known of a task that is measured. */
interface Weighed {
  readonly submittedAt: number;
  readonly weight: number;
}

/** Of short tasks, one in so many (a power of two) is measured. */
const SAMPLE = 16;
/** Milliseconds up to which a task is short in that sense. */
const SHORT_MS = 0.2;

/**
 * Milliseconds from which on a task that is not measured is noticed, and so counts for
 * itself only: among short ones it may be the only one of its kind.
 */
export const NOTED_FROM_MS = 8;

/**
 * Milliseconds of work that a worker may have before it besides what it does and the next:
 * as a rule, and where who gives it has to share the processor with workers.
 */
const AHEAD_MS = 0.5;
const CROWDED_AHEAD_MS = 4;
/** Most tasks that a worker may have before it. */
const MOST_AHEAD = 512;

/** What a pool measures. Looking at the clock costs as much as a tiny task. */
export class Measures {
  done = 0;
  failed = 0;
  retried = 0;
  bytesSent = 0;
  bytesReceived = 0;
  readonly waitMs: Histogram = new Histogram();
  readonly runMs: Histogram = new Histogram();
  #mean = 0;
  /** The two run times measured last. */
  #last = 0;
  #before = 0;
  #isNew = true;
  #every = 1;

  /** Whether nothing has been measured yet. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** How long a task runs, as a moving average of milliseconds; never 0. */
  get meanMs(): number {
    return this.#mean;
  }

  /** Whether tasks take longer than it does to note who has submitted them. */
  get areLong(): boolean {
    return this.#isNew || this.#mean >= SHORT_MS;
  }

  /**
   * How many tasks a worker may have at once: never so few that it waits for the next.
   *
   * @param isCrowded whether workers have all processors
   */
  ahead(isCrowded: boolean): number {
    if (this.#isNew) return 1;
    const ms = isCrowded && !this.areLong ? CROWDED_AHEAD_MS : AHEAD_MS;
    return Math.min(MOST_AHEAD, 2 + Math.floor(ms / this.#mean));
  }

  /** Whether a task is to be measured. */
  isDue(task: number): boolean {
    return (task & (this.#every - 1)) === 0;
  }

  /** How many tasks one that is measured stands for. */
  get every(): number {
    return this.#every;
  }

  /** Learns how long a task has run. */
  learn(
    worker: Measured,
    { submittedAt, weight }: Weighed,
    ms: number,
  ): void {
    if (this.#isNew) this.#mean = this.#last = this.#before = ms;
    this.#isNew = false;
    // One that is longer than those beside it was interrupted, by whatever wanted the
    // processor. It must not have many others be given out a few at a time.
    const usual = medianOf(this.#before, this.#last, ms);
    this.#before = this.#last;
    this.#last = ms;
    this.#mean = Math.max(0.001, this.#mean + (usual - this.#mean) / 8);
    const count = ms < NOTED_FROM_MS ? weight : 1;
    worker.busyMs += ms * count;
    this.runMs.add(ms, count);
    if (submittedAt > 0) {
      const wait = performance.now() - submittedAt - ms;
      this.waitMs.add(Math.max(0, wait), this.#every);
    }
    this.#every = this.#mean < SHORT_MS ? SAMPLE : 1;
  }

  /** Takes into account a long task that was not measured. */
  note(worker: Measured, ms: number): void {
    worker.busyMs += ms;
    this.runMs.add(ms, 1);
  }
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
