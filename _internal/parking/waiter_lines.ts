import type { Waiter } from "./waiter.ts";

/** The async waits of an isolate, by the list that they wait on, in order. */
export class WaiterLines {
  readonly #lines = new Map<number, Waiter<unknown>[]>();

  /** How many lists are waited on. */
  get size(): number {
    return this.#lines.size;
  }

  /** The lists that are waited on. */
  get lists(): Iterable<number> {
    return this.#lines.keys();
  }

  /** Whether anybody waits on a list. */
  has(list: number): boolean {
    return this.#lines.has(list);
  }

  /**
   * Adds one at the end.
   *
   * @returns whether it is the first on that list
   */
  add(list: number, waiter: Waiter<unknown>): boolean {
    const line = this.#lines.get(list);
    if (line === undefined) this.#lines.set(list, [waiter]);
    else line.push(waiter);
    return line === undefined;
  }

  /** Removes one that has given up; whether it was there, and who is left. */
  remove(list: number, waiter: Waiter<unknown>): "none" | "some" | undefined {
    const line = this.#lines.get(list);
    const index = line?.indexOf(waiter) ?? -1;
    if (line === undefined || index < 0) return undefined;
    line.splice(index, 1);
    if (line.length > 0) return "some";
    this.#lines.delete(list);
    return "none";
  }

  /**
   * Lets those on a list attempt, in order, until one has to go on waiting.
   *
   * @returns the last that was done, if nobody is left
   */
  settle(list: number): Waiter<unknown> | undefined {
    const line = this.#lines.get(list);
    if (line === undefined) return undefined;
    let done = 0;
    while (done < line.length && line[done].settle()) done++;
    if (done === 0) return undefined;
    const last = line[done - 1];
    line.splice(0, done);
    if (line.length > 0) return undefined;
    this.#lines.delete(list);
    return last;
  }

  /** Ends all of them without a result. */
  forgetAll(): void {
    for (const line of this.#lines.values()) {
      for (const waiter of line) waiter.forget();
    }
    this.#lines.clear();
  }
}
