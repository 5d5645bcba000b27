import { checkWhole } from "../_internal/check.ts";
import { refuseToSend } from "../_internal/handles/mod.ts";
import { underCaller } from "../_internal/launch/mod.ts";
import { callerHere, framesOf } from "./_caller.ts";
import { checkNoCallbacks, treatmentOf } from "./_check_options.ts";
import { isForEachItem } from "./_chunks.ts";
import type { Executor } from "./_executor.ts";
import type { Hold } from "./_hold.ts";
import { type Outcome, TO } from "./_messages.ts";
import { follow, type Follower } from "./_progress.ts";
import { Source } from "./_source.ts";
import type { Run, Task, Treatment } from "./_task.ts";
import { rejectWith } from "./_termination.ts";
import type { StreamOptions } from "./task_options.ts";

/** Milliseconds that a chunk is to take, so that sending it costs little. */
const CHUNK_MS = 4;
/** Bytes that a chunk, or its results, are to take at most, if they are many items. */
const CHUNK_BYTES = 1 << 20;
const MOST_ITEMS = 4_096;
/** Chunks for each worker that are under way, or done and not asked for. */
const CHUNKS_PER_WORKER = 3;

/** Items that were sent together. */
interface Chunk<R> {
  readonly count: number;
  task: Task | undefined;
  outcomes: readonly Outcome<R>[] | undefined;
}

/** Somebody who waits for a result. */
interface Asked<R> {
  readonly given: PromiseWithResolvers<IteratorResult<R>>;
  /** Lets the program end without it. */
  readonly release: (gaveUp: boolean) => void;
}

/** By which method: whether results come in the order of the items, or as they are there. */
type StreamForm = "imap" | "imapUnordered";

/** Results to come; who leaves before the last gives the rest up. */
type Results<R> = AsyncIterableIterator<R> & AsyncDisposable;

/** Calls a function for each item, as results are asked for. */
export function stream<R>(
  executor: Executor,
  target: unknown,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  form: StreamForm,
  options: StreamOptions = {},
): Results<R> {
  return new Stream<R>(executor, target, items, form, options);
}

class Stream<R> implements Results<R> {
  static {
    refuseToSend(Stream, "an iterator", "send what it gives");
  }

  readonly #executor: Executor;
  readonly #target: unknown;
  readonly #doing: string;
  readonly #treatment: Treatment;
  readonly #source: Source;
  readonly #isOrdered: boolean;
  readonly #follower: Follower | undefined;
  readonly #hold: Hold;
  readonly #caller = callerHere();
  /** Items to a chunk, and whether it is learned. */
  #size: number;
  /** Whether nobody has said how many items a chunk has: then no item is lost with one. */
  readonly #learnsSize: boolean;
  #adapts: boolean;
  /** Chunks whose results have not all been asked for: by age, or as they were done. */
  #chunks: Chunk<R>[] = [];
  #underWay = 0;
  /** Outcomes of the first chunk that have been given. */
  #given = 0;
  #sent = 0;
  #asked: Asked<R>[] = [];
  /** Chunks that may be under way, or done and not asked for. */
  readonly #most: number;
  /** Whether those count that are done: it waits for who asks for them. */
  #isBound = true;
  #isFilling = false;
  #problem: { readonly error: unknown } | undefined;
  /** Whether all items are done, so that its pool need not wait for it. */
  #isDone = false;
  /** Whether all results have been given, too, or nobody wants them. */
  #isOver = false;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.fail(this.#signal?.reason);

  constructor(
    executor: Executor,
    target: unknown,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    form: StreamForm,
    options: StreamOptions,
  ) {
    this.#doing = form;
    this.#treatment = treatmentOf(options, executor.defaults, this.#doing);
    checkNoCallbacks(options, this.#doing);
    const { chunkSize, signal, progress } = options;
    executor.scheduler.check(this.#doing);
    signal?.throwIfAborted();
    // Here, where it is still known who calls.
    executor.know(target, this.#doing);
    this.#executor = executor;
    this.#target = target;
    this.#source = new Source(items, this.#doing);
    this.#isOrdered = form === "imap";
    this.#learnsSize = chunkSize === undefined;
    this.#size = chunkSize === undefined
      ? 1
      : checkWhole(chunkSize, "chunkSize", this.#doing, 1);
    // What comes late must not wait for more.
    this.#adapts = this.#learnsSize && !isForEachItem(this.#treatment) &&
      this.#source.isSync;
    this.#most = executor.size * CHUNKS_PER_WORKER;
    this.#hold = executor.newHold();
    this.#follower = follow(progress, this.#source.count);
    this.#signal = signal;
    // What the items run when they are looked at may have ended anything.
    executor.scheduler.check(this.#doing);
    signal?.throwIfAborted();
    signal?.addEventListener("abort", this.#abort);
    executor.jobs.add(this);
    this.#fill();
  }

  next(): Promise<IteratorResult<R>> {
    const outcomes = this.#chunks[0]?.outcomes;
    // Most have come with others, and nobody need wait for them.
    if (
      outcomes !== undefined && this.#asked.length === 0 &&
      outcomes[this.#given].length === 1
    ) {
      const value = outcomes[this.#given][0] as R;
      if (this.#countGiven(outcomes)) this.#fill();
      return Promise.resolve({ done: false, value });
    }
    const given = Promise.withResolvers<IteratorResult<R>>();
    this.#asked.push({ given, release: this.#hold.take() });
    this.#give();
    return given.promise;
  }

  return(value?: unknown): Promise<IteratorResult<R>> {
    if (!this.#isOver) {
      this.#source.end();
      const tasks = this.#chunks.map(({ task }) => task);
      this.#executor.scheduler.withdraw(tasks.filter((it) => it !== undefined));
      this.#chunks = [];
      this.#finish();
      this.#give();
    }
    return Promise.resolve({ done: true, value });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives up what is left, as a loop does that is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Goes on to the end, whether or not results are asked for. */
  unbind(): void {
    this.#isBound = false;
    this.#fill();
  }

  /** Ends it, as its pool has. */
  fail(error: unknown): void {
    this.#problem ??= { error };
    this.#source.end();
    this.#give();
  }

  /** Takes items and sends them, as long as more may be under way. */
  async #fill(): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    try {
      while (
        !this.#isOver && !this.#source.isEmpty &&
        (this.#isBound ? this.#chunks.length : this.#underWay) < this.#most
      ) {
        const taken = this.#source.take(this.#size, this.#learnsSize);
        const items = taken instanceof Promise ? await taken : taken;
        if (items.length === 0) continue;
        const send = () => this.#send(items);
        const { room } = this.#executor;
        if (room.isFull && !this.#isOver) {
          await room.enter(this.#treatment.priority, send);
        } else send();
      }
    } catch (error) {
      this.#problem ??= { error };
      this.#source.end();
    }
    this.#isFilling = false;
    this.#give();
  }

  #send(items: readonly unknown[]): void {
    if (this.#isOver || this.#problem !== undefined) return;
    const chunk: Chunk<R> = {
      count: items.length,
      task: undefined,
      outcomes: undefined,
    };
    const settle = (outcomes: readonly Outcome<R>[]) => {
      chunk.outcomes = outcomes;
      chunk.task = undefined;
      this.#underWay--;
      this.#settled(chunk);
    };
    const reject = (error: unknown) =>
      settle(items.map((): Outcome<R> => [undefined, error]));
    // Before it is submitted, which may lead to its end, and to that of the pool.
    const offset = this.#sent;
    this.#sent += items.length;
    this.#underWay++;
    this.#chunks.push(chunk);
    try {
      const task = this.#executor.submit({
        kind: TO.TRY_EACH,
        target: this.#target,
        args: items,
        offset,
        treatment: this.#treatment,
        settle: {
          resolve: (value, run) => {
            this.#learn(items.length, run);
            const outcomes = value as Outcome<R>[];
            for (const outcome of outcomes) {
              if (outcome.length === 1) continue;
              underCaller(outcome[1], run.worker, framesOf(this.#caller));
            }
            settle(outcomes);
          },
          reject,
        },
        doing: this.#doing,
        isAdmitted: true,
        caller: this.#caller,
      });
      if (chunk.outcomes === undefined) this.#note(chunk, task);
    } catch (error) {
      if (items.length === 1) return reject(error);
      // An item that cannot be sent must not spoil the others.
      this.#sent = offset;
      this.#underWay--;
      this.#chunks = this.#chunks.filter((it) => it !== chunk);
      for (const item of items) this.#send([item]);
    }
  }

  /** Notes the task of a chunk; nobody may want it since its items were read. */
  #note(chunk: Chunk<R>, task: Task): void {
    if (this.#isOver) this.#executor.scheduler.withdraw([task]);
    else chunk.task = task;
  }

  #settled(chunk: Chunk<R>): void {
    if (this.#isOver) return;
    this.#follower?.advance(chunk.count);
    if (!this.#isOrdered) {
      // Those that are done stand before those that are not.
      const own = this.#chunks.indexOf(chunk);
      const place = this.#chunks.findIndex(({ outcomes }, at) =>
        outcomes === undefined || at === own
      );
      this.#chunks.splice(own, 1);
      this.#chunks.splice(place, 0, chunk);
    }
    this.#give();
    this.#fill();
  }

  /** Gives results to those who have asked. */
  #give(): void {
    let hasRoom = false;
    while (this.#asked.length > 0) {
      const outcomes = this.#chunks[0]?.outcomes;
      if (outcomes === undefined) break;
      const outcome = outcomes[this.#given];
      if (this.#countGiven(outcomes)) hasRoom = true;
      const { given, release } = this.#asked.shift()!;
      release(false);
      if (outcome.length === 1) {
        given.resolve({ done: false, value: outcome[0] });
      } else rejectWith(given, outcome[1]);
    }
    // A source that is waited for may have nothing for ever.
    const isFilling = this.#isFilling && this.#problem === undefined;
    if (!isFilling && this.#source.isEmpty) {
      if (this.#underWay === 0) this.#release();
      if (this.#chunks.length === 0) this.#finish();
    } else if (hasRoom) this.#fill();
    if (!this.#isOver || this.#chunks.length > 0) return;
    for (const { given, release } of this.#asked.splice(0)) {
      release(false);
      const problem = this.#problem;
      this.#problem = undefined;
      if (problem !== undefined) rejectWith(given, problem.error);
      else given.resolve({ done: true, value: undefined });
    }
  }

  /** Counts an outcome of the first chunk as given; whether it was the last. */
  #countGiven(outcomes: readonly unknown[]): boolean {
    if (++this.#given < outcomes.length) return false;
    this.#chunks.shift();
    this.#given = 0;
    return true;
  }

  /** Lets its pool end: what results there are stay here for who asks. */
  #release(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#hold.settle();
    this.#follower?.end();
    this.#executor.endJob(this);
  }

  /** Nothing is left to be given. */
  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#release();
  }

  /** Learns how many items make a chunk that is worth its sending. */
  #learn(count: number, { ms, bytesSent, bytesReceived }: Run): void {
    if (!this.#adapts || ms === undefined) return;
    const bytes = Math.max(bytesSent, bytesReceived) / count;
    const byTime = CHUNK_MS / Math.max(ms / count, CHUNK_MS / MOST_ITEMS);
    const best = Math.min(byTime, CHUNK_BYTES / bytes, MOST_ITEMS);
    // By steps, as the first may not be like the others.
    this.#size = Math.max(1, Math.floor(Math.min(best, this.#size * 4)));
  }
}
