import { Lane } from "../_internal/lanes/mod.ts";
import type { TargetDescription } from "../_internal/launch/mod.ts";
import { log } from "../_internal/log.ts";
import { callLater } from "../_internal/parking/mod.ts";
import { WorkerHandle } from "./_worker_handle.ts";
import type { StartedWorker, WorkerEnd, WorkerKind } from "./_worker_kind.ts";
import { WorkerDiedError } from "./worker_died_error.ts";

/** Workers that may end by themselves, one after the other, before one is up. */
const MOST_FAILED_STARTS = 3;
/** The same of those that are killed while they run their initializers: others may have. */
const MOST_KILLED_STARTS = 10;
/** Starts that the system may refuse in a row while no worker runs. */
const MOST_REFUSED_STARTS = 10;
/**
 * Milliseconds after which a start is tried again that the system has refused: while there
 * are workers, twice as many each time, up to the second.
 */
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 16_000;
/** Signals by which others end a worker; of the rest it is the cause itself. */
const FROM_OUTSIDE = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);
/** Milliseconds between two starts that nobody waits for, for what is under way. */
const PAUSE_MS = 10;
/** Most pauses in a row while a result is under way. */
const MOST_PAUSES = 10;
/** Milliseconds that a worker has to end by SIGTERM. */
const GRACE_MS = 200;
/** Milliseconds that an idle thread has to end by itself: more than it takes on a busy machine. */
const DISMISS_MS = 1_000;

/** How many workers there are to be, and what they are told. */
export interface CrewOptions {
  readonly name: string;
  readonly most: number;
  readonly fewest: number;
  /** Milliseconds after which a worker that has nothing to do ends; 0 for never. */
  readonly idleTimeout: number;
  readonly maxTasksPerChild: number;
  readonly memoryLimit: number;
  readonly initializer: TargetDescription | undefined;
  readonly initArgs: readonly unknown[];
  readonly finalizer: TargetDescription | undefined;
}

/** What becomes of workers, for whoever gives them tasks. */
export interface CrewEvents {
  /** A worker can be given tasks. */
  joined(worker: WorkerHandle): void;
  /** It is up. */
  ready(worker: WorkerHandle): void;
  /** A worker has ended: what it has said by then is to be known first. */
  leaving(): void | Promise<void>;
  /** A worker has ended; `end` says how, if nobody has asked it to. */
  left(worker: WorkerHandle, end: WorkerEnd): void;
  /** There may be more workers again, which could not be started before. */
  roomy(): void;
  /** There is no use in starting more. */
  failed(error: unknown): void;
}

/** The workers of a pool: as many as there are to be, whoever dies. */
export class Crew {
  readonly options: CrewOptions;
  /** All that run, by number. */
  readonly workers = new Map<number, WorkerHandle>();
  /** The same, for those who go through them again and again. */
  list: readonly WorkerHandle[] = [];
  /** Where all of them answer. */
  readonly results: Lane;
  readonly #kind: WorkerKind;
  readonly #events: CrewEvents;
  #numbers = 0;
  #failedStarts = 0;
  #killedStarts = 0;
  #refusedStarts = 0;
  #retryMs = RETRY_MS;
  /** Runs while no start is tried, as one was refused. */
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether, so far, there are to be no more workers than are needed. */
  #isSparing: boolean;
  /** Whether the next that nobody waits for is to be started in a moment. */
  #isCompleting = false;
  /** Whether those that end are not to be followed by others. */
  #isClosing = false;
  readonly #empty = Promise.withResolvers<void>();

  constructor(kind: WorkerKind, options: CrewOptions, events: CrewEvents) {
    this.#kind = kind;
    this.options = options;
    this.#events = events;
    this.results = new Lane(kind.memory);
    // Initializers may wait for each other.
    this.#isSparing = kind.blocks && options.initializer === undefined;
  }

  /** Whether a worker can be stopped while it computes. */
  get canStop(): boolean {
    return this.#kind.canStop;
  }

  /** Workers that run, but for those that are being stopped. */
  get size(): number {
    let size = 0;
    for (const { isStopped } of this.workers.values()) if (!isStopped) size++;
    return size;
  }

  /** Workers that get tasks. */
  get staying(): number {
    let staying = 0;
    for (const { isEnding } of this.workers.values()) if (!isEnding) staying++;
    return staying;
  }

  /** Workers that have not said that they are up. */
  get starting(): number {
    let starting = 0;
    for (const { isReady } of this.workers.values()) if (!isReady) starting++;
    return starting;
  }

  /** Workers that there are to be at least, as things are. */
  get #fewest(): number {
    const { fewest } = this.options;
    return this.#isSparing ? Math.min(1, fewest) : fewest;
  }

  /** Starts workers until there are as many as there are to be at least. */
  fill(): void {
    while (!this.#isClosing && this.size < this.#fewest) this.#start();
  }

  /** Whether there may be more. */
  get canGrow(): boolean {
    const { most } = this.options;
    return this.#fewest < most && !this.#isClosing && this.size < most &&
      this.#retryTimer === undefined;
  }

  /** Whether there are others that are to be started once they are needed. */
  get hasSpare(): boolean {
    return this.#isSparing && this.canGrow;
  }

  /** Starts one more, if there may be more; whether it has. */
  grow(): boolean {
    return this.canGrow && this.#try(() => this.#start());
  }

  #start(): void {
    // Numbers travel in two bytes; none is met again while its worker runs.
    do this.#numbers = this.#numbers % 0xffff + 1; while (
      this.workers.has(this.#numbers)
    );
    const worker = new WorkerHandle(this, this.#numbers);
    this.#refusedStarts = 0;
    this.#retryMs = RETRY_MS;
    this.workers.set(worker.number, worker);
    this.list = [...this.workers.values()];
    worker.started.ended.then(async (end) => {
      await this.#events.leaving();
      this.#ended(worker, end);
    });
    this.#events.joined(worker);
  }

  /** Starts the process or thread of a worker. */
  launch(tasks: Lane, number: number): StartedWorker {
    const { name, initializer, initArgs, finalizer, memoryLimit } =
      this.options;
    return this.#kind.start(`${name}-${number}`, {
      number,
      tasks,
      results: this.results,
      initializer,
      initArgs,
      finalizer,
      memoryLimit,
    });
  }

  /** Notes that a worker is up. */
  ready(worker: WorkerHandle): void {
    worker.isReady = true;
    this.#failedStarts = this.#killedStarts = 0;
    this.#events.ready(worker);
    if (this.#isSparing) this.#completeSoon();
  }

  /** Starts those that nobody waits for, one after the other. */
  #completeSoon(pauses = 1): void {
    if (this.#isCompleting) return;
    this.#isCompleting = true;
    callLater(PAUSE_MS, () => {
      this.#isCompleting = false;
      if (this.#isClosing) return;
      // To start one would block who takes results, of which one may come at any moment.
      const isAwaited = this.list.some((worker) => worker.sent.length > 0);
      if (isAwaited && pauses < MOST_PAUSES) {
        return this.#completeSoon(pauses + 1);
      }
      const isMissing = () => this.size < this.options.fewest;
      // If the system refuses one, they come with that.
      this.#isSparing = isMissing() && this.#try(() => this.#start()) &&
        isMissing();
      if (this.#isSparing) this.#completeSoon(isAwaited ? pauses : 1);
    });
  }

  /** Lets a worker end that has nothing to do for long, if there are others. */
  rest(worker: WorkerHandle): void {
    const { idleTimeout, fewest } = this.options;
    if (idleTimeout === 0 || this.staying <= fewest) return;
    clearTimeout(worker.idleTimer);
    worker.idleTimer = setTimeout(() => {
      if (worker.isIdle && this.staying > fewest) worker.end();
    }, idleTimeout);
    Deno.unrefTimer(worker.idleTimer);
  }

  /** Ends a worker, whatever it does. */
  stop(worker: WorkerHandle): void {
    worker.isEnding = worker.isStopped = true;
    worker.started.terminate();
    callLater(GRACE_MS, () => {
      if (this.workers.has(worker.number)) worker.started.kill();
    });
  }

  /** Ends a worker, whatever it does, and lets another take its place. */
  replace(worker: WorkerHandle): void {
    this.stop(worker);
    this.#replace();
  }

  /** Lets all workers finish. */
  close(): void {
    this.#isClosing = true;
    for (const worker of this.workers.values()) worker.end();
    this.#settleIfEmpty();
  }

  /** Ends all workers. */
  terminate(): void {
    this.#isClosing = true;
    for (const worker of this.workers.values()) {
      // What a thread sees of shared arrays is lost with it if it is stopped.
      const mayDismiss = !this.canStop && worker.isReady && worker.isIdle;
      if (mayDismiss) this.#dismiss(worker);
      else this.stop(worker);
    }
    this.#settleIfEmpty();
  }

  /** Lets a worker end that has nothing to do, and not long. */
  #dismiss(worker: WorkerHandle): void {
    worker.end({ finishes: false });
    callLater(DISMISS_MS, () => {
      if (this.workers.has(worker.number)) this.stop(worker);
    });
  }

  /** Fulfilled when all workers have ended, after {@linkcode close} or {@linkcode terminate}. */
  get ended(): Promise<void> {
    return this.#empty.promise;
  }

  #ended(worker: WorkerHandle, end: WorkerEnd): void {
    if (worker.idleTimer !== undefined) clearTimeout(worker.idleTimer);
    const { isStopped } = worker;
    if (!worker.isEnding) log?.warn(`${worker.name} has died in the midst`);
    // Whoever hears of a task that is lost may submit another at once.
    worker.isEnding = worker.isStopped = true;
    this.#events.left(worker, end);
    this.workers.delete(worker.number);
    this.list = [...this.workers.values()];
    worker.tasks.close();
    // What it has said is known only now.
    if (!worker.isReady && !isStopped) this.#countFailedStart(worker, end);
    this.#replace();
    this.#settleIfEmpty();
  }

  /**
   * Whoever kills a worker that is starting may do so for reasons of their own, any
   * number of times. Many that die in their initializers are likely to die of them.
   */
  #countFailedStart(worker: WorkerHandle, end: WorkerEnd): void {
    const isKilled = end.signal !== undefined && FROM_OUTSIDE.has(end.signal);
    if (isKilled && !worker.isInitializing) return;
    const [count, most] = isKilled
      ? [++this.#killedStarts, MOST_KILLED_STARTS]
      : [++this.#failedStarts, MOST_FAILED_STARTS];
    if (count < most) return;
    const { name, initializer } = this.options;
    const how = end.signal ?? `exit code ${end.exitCode}`;
    const task = worker.isInitializing
      ? initializer?.name || "the initializer"
      : "start";
    const { pid } = worker.started;
    this.#events.failed(
      new Error(
        `Cannot start workers of ${name}: ${most} in a row ended with ${how} before they were up`,
        { cause: new WorkerDiedError(worker.name, { pid, ...end, task }) },
      ),
    );
  }

  #replace(): void {
    if (this.#retryTimer === undefined) this.#try(() => this.fill());
    else if (this.size === 0) this.#retry(RETRY_MS);
  }

  /**
   * Starts workers. What the system refuses now, as with too many open files, it may
   * allow later: those that run go on meanwhile.
   *
   * @returns whether they have been started
   */
  #try(start: () => void): boolean {
    try {
      start();
      return true;
    } catch (error) {
      const isAny = this.size > 0;
      this.#refusedStarts = isAny ? 0 : this.#refusedStarts + 1;
      if (this.#refusedStarts === MOST_REFUSED_STARTS) {
        this.#events.failed(error);
        return false;
      }
      const ms = isAny ? this.#retryMs : RETRY_MS;
      if (isAny) this.#retryMs = Math.min(2 * ms, LONGEST_RETRY_MS);
      log?.warn(`${error}; tries again in ${ms} ms`);
      this.#retry(ms);
      return false;
    }
  }

  /** Tries to start workers again so many milliseconds from now. */
  #retry(ms: number): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#replace();
      this.#events.roomy();
    }, ms);
    Deno.unrefTimer(this.#retryTimer);
  }

  #settleIfEmpty(): void {
    if (!this.#isClosing || this.workers.size > 0) return;
    if (this.#retryTimer !== undefined) clearTimeout(this.#retryTimer);
    this.#empty.resolve();
  }
}
