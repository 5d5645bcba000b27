import { Histogram } from "./_histogram.ts";

/** What is measured of a worker. */
interface Measured {
  busyMs: number;
}

/** Of short tasks, one in so many (a power of two) is measured. */
const SAMPLE = 16;
/** Milliseconds up to which a task is short in that sense. */
const SHORT_MS = 0.2;

/** Milliseconds of work that a worker may have before it besides what it does and the next. */
const AHEAD_MS = 0.5;
/** Most tasks that a worker may have before it. */
const MOST_AHEAD = 128;

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

  /** Whether a task is to be measured. */
  isDue(task: number): boolean {
    return (task & (this.#every - 1)) === 0;
  }

  /** Learns how long a task has run. */
  learn(worker: Measured, submittedAt: number, ms: number): void {
    this.#mean = this.#isNew ? ms : this.#mean + (ms - this.#mean) / 8;
    this.#mean = Math.max(this.#mean, 0.001);
    this.#isNew = false;
    worker.busyMs += ms * this.#every;
    this.runMs.add(ms, this.#every);
    if (submittedAt > 0) {
      const wait = performance.now() - submittedAt - ms;
      this.waitMs.add(Math.max(0, wait), this.#every);
    }
    this.#every = this.#mean < SHORT_MS ? SAMPLE : 1;
  }

  /** How many tasks a worker may have at once: never so few that it waits for the next. */
  get ahead(): number {
    const { meanMs, isNew } = this;
    if (isNew) return 1;
    return Math.min(MOST_AHEAD, 2 + Math.floor(AHEAD_MS / meanMs));
  }
}
