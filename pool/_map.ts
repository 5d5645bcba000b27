import { checkArray, checkWhole } from "../_internal/check.ts";
import { callerHere } from "./_caller.ts";
import { treatmentOf } from "./_check_options.ts";
import { ChunkResults } from "./_chunk_results.ts";
import { chunkSizeFor, chunksOf, isForEachItem } from "./_chunks.ts";
import type { Executor, Job } from "./_executor.ts";
import { CHUNK, TO } from "./_messages.ts";
import { follow, type Follower } from "./_progress.ts";
import { copyOfList, Source } from "./_source.ts";
import type { Task, Treatment } from "./_task.ts";
import type { MapOptions } from "./task_options.ts";

const PATH_IN_CHUNK = new RegExp(`^Cannot send ${CHUNK}\\[(\\d+)\\]`);

/** What is called for each item. */
interface Mapped {
  readonly kind: number;
  readonly doing: string;
  readonly target: unknown;
}

/** The results to come, and how to wait for them or give them up. */
interface MapResult<R> {
  readonly promise: Promise<R[]>;
  hold(): (gaveUp: boolean) => void;
  cancel(): void;
}

/**
 * Calls a function for all items, a chunk of them to a task.
 *
 * @throws what is wrong with the call, but for its items
 */
export function mapOver<R>(
  executor: Executor,
  mapped: Mapped,
  items: Iterable<unknown> | AsyncIterable<unknown>,
  options: MapOptions<R>,
  cancelled: () => unknown,
): MapResult<R> {
  const job = new MapJob<R>(executor, mapped, options);
  const hold = executor.newHold();
  executor.jobs.add(job);
  const promise = job.run(items).finally(() => {
    hold.settle();
    executor.endJob(job);
  });
  // Whoever asks for it is told of its error.
  promise.catch(() => {});
  return {
    promise,
    hold: () => hold.take(),
    cancel: () => job.cancel(cancelled()),
  };
}

class MapJob<R> implements Job {
  readonly #executor: Executor;
  readonly #mapped: Mapped;
  readonly #options: MapOptions<R>;
  readonly #treatment: Treatment;
  readonly #tasks = new Set<Task>();
  readonly #caller = callerHere();
  /** Rejected once it is given up. */
  readonly #end = Promise.withResolvers<never>();
  #cancelled: { readonly reason: unknown } | undefined;

  constructor(executor: Executor, mapped: Mapped, options: MapOptions<R>) {
    this.#executor = executor;
    this.#mapped = mapped;
    this.#options = options;
    const { doing, target } = mapped;
    this.#treatment = treatmentOf(options, executor.defaults, doing);
    const { signal, chunkSize } = options;
    if (chunkSize !== undefined) {
      checkWhole(chunkSize, "chunkSize", doing, 1);
    }
    executor.scheduler.check(doing);
    signal?.throwIfAborted();
    // Here, where it is still known who calls.
    executor.know(target, doing);
  }

  async run(
    items: Iterable<unknown> | AsyncIterable<unknown>,
  ): Promise<R[]> {
    const { signal } = this.#options;
    const abort = () => this.cancel(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#end.promise.catch(() => {});
    try {
      return await Promise.race([this.#run(items), this.#end.promise]);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async #run(
    items: Iterable<unknown> | AsyncIterable<unknown>,
  ): Promise<R[]> {
    const all = await this.#take(items);
    if (all.length === 0) return [];
    if (this.#mapped.kind === TO.STAR_MAP) {
      checkArrays(all, this.#mapped.doing);
    }
    const { chunkSize, progress } = this.#options;
    const fitting = isForEachItem(this.#treatment)
      ? 1
      : chunkSizeFor(all.length, this.#executor.size);
    const size = chunkSize ?? fitting;
    const follower = follow(progress, all.length);
    try {
      return await this.#callAll(all, size, follower);
    } finally {
      follower?.end();
    }
  }

  unbind(): void {}

  fail(error: unknown): void {
    this.#cancelled ??= { reason: error };
    this.#end.reject(error);
  }

  cancel(reason: unknown): void {
    this.fail(reason);
    this.#executor.scheduler.cancelAll([...this.#tasks], reason);
  }

  /** All items of a source. */
  #take(
    items: Iterable<unknown> | AsyncIterable<unknown>,
  ): readonly unknown[] | Promise<readonly unknown[]> {
    const copied = copyOfList(items);
    if (copied !== undefined) return copied;
    const source = new Source(items, this.#mapped.doing);
    this.#end.promise.catch(() => source.end());
    return source.takeAll();
  }

  async #callAll(
    all: readonly unknown[],
    size: number,
    follower: Follower | undefined,
  ): Promise<R[]> {
    const results = new ChunkResults<R>(Math.ceil(all.length / size), follower);
    const { room } = this.#executor;
    let number = 0;
    for (const chunk of chunksOf(all, size)) {
      const place = number++;
      const submit = () => this.#submit(chunk, place, size, results);
      if (room.isFull && this.#cancelled === undefined) {
        await room.enter(this.#treatment.priority, submit);
      } else submit();
    }
    return await results.all();
  }

  #submit(
    chunk: readonly unknown[],
    place: number,
    size: number,
    results: ChunkResults<R>,
  ): void {
    if (this.#cancelled !== undefined) {
      return results.reject(place, this.#cancelled.reason, 0);
    }
    const failed = (error: unknown) => {
      const count = this.#cancelled === undefined ? chunk.length : 0;
      results.reject(place, error, count);
    };
    let task: Task | undefined;
    // The pool may end while it is submitted.
    const over = () => task && this.#tasks.delete(task);
    try {
      task = this.#executor.submit({
        ...this.#mapped,
        args: chunk,
        offset: place * size,
        treatment: this.#treatment,
        caller: this.#caller,
        isAdmitted: true,
        cancelsOnAbort: true,
        settle: {
          resolve: (value) => {
            over();
            results.resolve(place, value as R[]);
          },
          reject: (error) => {
            over();
            failed(ofAll(error, place * size));
          },
        },
      });
      this.#note(task);
    } catch (error) {
      failed(error);
    }
  }

  /** Notes a task; the map may have been given up while its items were read. */
  #note(task: Task): void {
    if (task.isSettled) return;
    this.#tasks.add(task);
    if (this.#cancelled !== undefined) this.cancel(this.#cancelled.reason);
  }
}

/** Checks what is spread: a string would be, too, and nothing else says which item it is. */
function checkArrays(items: readonly unknown[], doing: string): void {
  const place = items.findIndex((item) => !Array.isArray(item));
  if (place >= 0) checkArray(items[place], `items[${place}]`, doing);
}

/** Has an error about a result in a chunk say which one of all results it is. */
function ofAll(error: unknown, offset: number): unknown {
  if (!(error instanceof TypeError)) return error;
  const { message, stack } = error;
  const [path, index] = PATH_IN_CHUNK.exec(message) ?? [];
  if (path === undefined) return error;
  const changed = `Cannot send result[${offset + Number(index)}]`;
  error.message = message.replace(path, changed);
  error.stack = stack?.replace(path, changed);
  return error;
}
