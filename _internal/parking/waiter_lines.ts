import type { Waiter } from "./waiter.ts";

/** The async waits of an isolate, by the list that they wait on, in order. */
export class WaiterLines {
  readonly #lines = new Map<number, Waiter<unknown>[]>();
  /** The lists of which somebody is making an attempt, and whether they were to be looked at meanwhile. */
  readonly #attempts = new Map<number, boolean>();
  /** The lists that this isolate has woken itself for, by what it has done. */
  readonly #doings = new Set<number>();

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
   * An attempt may run code of others, and what that loads may run the microtasks that are
   * due: they must not have the same attempt made, nor take the line for another.
   *
   * @returns the last that was done, if nobody is left
   */
  settle(list: number): Waiter<unknown> | undefined {
    if (this.#attempts.has(list)) {
      this.#attempts.set(list, true);
      return undefined;
    }
    try {
      return this.#settle(list);
    } finally {
      this.#attempts.delete(list);
    }
  }

  #settle(list: number): Waiter<unknown> | undefined {
    let last: Waiter<unknown> | undefined;
    for (;;) {
      const waiter = this.#lines.get(list)?.[0];
      if (waiter === undefined) return last;
      this.#attempts.set(list, false);
      if (waiter.settle()) {
        this.remove(list, waiter);
        last = waiter;
      } else if (!this.#attempts.get(list)) return undefined;
    }
  }

  /**
   * Notes that this isolate has woken those on a list, itself among them. In an attempt it only
   * hands on what others have brought.
   */
  noteDoing(list: number): void {
    if (this.has(list) && !this.#attempts.has(list)) this.#doings.add(list);
  }

  /** Whether a wait on a list that ends now has most likely been ended by this isolate. */
  isOwnDoing(list: number): boolean {
    return this.#doings.has(list);
  }

  /** All have been looked at since. */
  forgetDoings(): void {
    this.#doings.clear();
  }

  /** Ends all of them without a result. */
  forgetAll(): void {
    for (const line of this.#lines.values()) {
      for (const waiter of line) waiter.forget();
    }
    this.#lines.clear();
  }
}
