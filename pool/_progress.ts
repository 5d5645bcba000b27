import type { Progress } from "./task_options.ts";

/** Milliseconds between two pictures of a bar. */
const BAR_MS = 100;
/** Milliseconds between two lines where there is no terminal. */
const LINE_MS = 5_000;
const BAR_WIDTH = 30;
const CLEAR = "\r\x1b[K";

/** Who is told how far a job is. */
export interface Follower {
  /** So many more items are done. */
  advance(count: number): void;
  /** No more will be. */
  end(): void;
}

/** Follows a job, as its options say. */
export function follow(
  progress: boolean | ((progress: Progress) => void) | undefined,
  total: number | undefined,
): Follower | undefined {
  if (progress === undefined || progress === false) return undefined;
  if (typeof progress === "function") {
    return new CallbackFollower(progress, total);
  }
  return new Bar(total, Deno.stderr.isTerminal());
}

class CallbackFollower implements Follower {
  readonly #tell: (progress: Progress) => void;
  readonly #total: number | undefined;
  readonly #begin = performance.now();
  #done = 0;

  constructor(tell: (progress: Progress) => void, total: number | undefined) {
    this.#tell = tell;
    this.#total = total;
  }

  advance(count: number): void {
    this.#done += count;
    const progress = {
      done: this.#done,
      total: this.#total,
      elapsed: performance.now() - this.#begin,
    };
    // Not here: what it throws is nobody's to catch, and must not stop the pool.
    queueMicrotask(() => this.#tell(progress));
  }

  end(): void {}
}

class Bar implements Follower {
  readonly #total: number | undefined;
  readonly #isTerminal: boolean;
  readonly #begin = performance.now();
  #done = 0;
  #shown = this.#begin;

  constructor(total: number | undefined, isTerminal: boolean) {
    this.#total = total;
    this.#isTerminal = isTerminal;
  }

  advance(count: number): void {
    this.#done += count;
    const now = performance.now();
    if (now - this.#shown < (this.#isTerminal ? BAR_MS : LINE_MS)) return;
    this.#shown = now;
    this.#show();
  }

  end(): void {
    this.#show();
    if (this.#isTerminal) write("\n");
  }

  #show(): void {
    const text = progressLine(
      this.#done,
      this.#total,
      performance.now() - this.#begin,
    );
    write(this.#isTerminal ? `${CLEAR}${text}` : `${text}\n`);
  }
}

/** How far a job is, in a line. */
export function progressLine(
  done: number,
  total: number | undefined,
  elapsed: number,
): string {
  const seconds = elapsed / 1000;
  const rate = seconds > 0 ? Math.round(done / seconds) : 0;
  if (total === undefined) {
    return `${done} done, ${rate}/s, ${duration(seconds)}`;
  }
  const share = total === 0 ? 1 : done / total;
  const full = Math.floor(share * BAR_WIDTH);
  const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  const left = done === 0 || done === total
    ? ""
    : `, ${duration(seconds / done * (total - done))} left`;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `${bar} ${percent} %  ${done}/${total}, ${rate}/s, ${
    duration(seconds)
  }${left}`;
}

function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) {
      at += Deno.stderr.writeSync(bytes.subarray(at));
    }
  } catch {
    // Nobody reads it any more, and the job goes on without.
  }
}
