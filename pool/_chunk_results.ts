import type { Follower } from "./_progress.ts";

/** As many as any stack has room for. */
const MOST_ARGUMENTS = 10_000;

/** What the chunks of a map give, in their order: all results, or the first error. */
export class ChunkResults<R> {
  readonly #results: R[][];
  readonly #follower: Follower | undefined;
  readonly #done = Promise.withResolvers<void>();
  #left: number;
  /** The place of the first chunk that has failed so far. */
  #failed = Infinity;
  #error: unknown;

  /**
   * @param count how many chunks there are, at least one
   * @param follower told of the items that are done
   */
  constructor(count: number, follower: Follower | undefined) {
    this.#results = new Array<R[]>(count);
    this.#left = count;
    this.#follower = follower;
  }

  /** A chunk is done. */
  resolve(place: number, results: R[]): void {
    this.#results[place] = results;
    this.#follower?.advance(results.length);
    this.#settled();
  }

  /**
   * A chunk has failed.
   *
   * @param count how many items are done with it; none, if it was given up
   */
  reject(place: number, error: unknown, count: number): void {
    if (place < this.#failed) [this.#failed, this.#error] = [place, error];
    if (count > 0) this.#follower?.advance(count);
    this.#settled();
  }

  /**
   * Waits until all chunks are done or have failed.
   *
   * @returns the results of all items
   * @throws the error of the first chunk that has failed
   */
  async all(): Promise<R[]> {
    await this.#done.promise;
    if (this.#failed !== Infinity) throw this.#error;
    return joined(this.#results);
  }

  #settled(): void {
    if (--this.#left === 0) this.#done.resolve();
  }
}

/** All results in one array. Several times as fast as `flat()`, as far as it goes. */
function joined<R>(chunks: R[][]): R[] {
  return chunks.length > MOST_ARGUMENTS
    ? chunks.flat(1) as R[]
    : ([] as R[]).concat(...chunks);
}
