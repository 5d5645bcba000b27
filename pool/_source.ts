import { kindOfValue } from "../_internal/show_value.ts";
import { isList } from "../_internal/type_guards.ts";

/** Items to be taken some at a time, from whatever has them. */
export class Source {
  /** Whether items are there when they are asked for. */
  readonly isSync: boolean;
  /** How many items there are, if that is known. */
  readonly count: number | undefined;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #doing: string;
  #isEmpty = false;
  /** Whether its own code runs, which cannot be told then that no more is taken. */
  #isTaking = false;
  /** What it has thrown after items that were taken with it. */
  #problem: { readonly error: unknown } | undefined;

  /**
   * @param doing what the items are for, as in "map"
   * @throws {TypeError} if it has no items
   */
  constructor(
    items: Iterable<unknown> | AsyncIterable<unknown>,
    doing: string,
  ) {
    this.#doing = doing;
    this.#iterator = iteratorOf(copyOfList(items) ?? items, doing);
    this.isSync = !(Symbol.asyncIterator in Object(items));
    this.count = countOf(items);
  }

  /** Whether there are no more. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * Takes so many items, or as many as are left.
   *
   * @param keeps whether those that come before an error are given, and that is thrown
   *   the next time; else they go with it
   */
  take(count: number, keeps = false): unknown[] | Promise<unknown[]> {
    this.#throwProblem();
    if (!this.isSync) return this.#takeLate(count, keeps);
    const items: unknown[] = [];
    try {
      while (items.length < count && !this.#isEmpty) {
        this.#isTaking = true;
        const next = this.#iterator.next() as IteratorResult<unknown>;
        this.#isTaking = false;
        if (Object(next) !== next) this.#refuse(next);
        if (next.done) this.#isEmpty = true;
        else items.push(next.value);
        // Its own code has ended it meanwhile.
        if (this.#isEmpty && !next.done) this.#leave();
      }
    } catch (error) {
      this.#isTaking = false;
      this.#failed(error, keeps && items.length > 0);
    }
    return items;
  }

  /** Takes all items. */
  takeAll(): unknown[] | Promise<unknown[]> {
    return this.take(Infinity);
  }

  /** Takes no more. */
  end(): void {
    if (this.#isEmpty) return;
    this.#isEmpty = true;
    if (!this.#isTaking && this.#problem === undefined) this.#leave();
  }

  async #takeLate(count: number, keeps: boolean): Promise<unknown[]> {
    const items: unknown[] = [];
    try {
      while (items.length < count && !this.#isEmpty) {
        const next = await this.#iterator.next();
        if (Object(next) !== next) this.#refuse(next);
        if (next.done) this.#isEmpty = true;
        else items.push(next.value);
      }
    } catch (error) {
      this.#failed(error, keeps && items.length > 0);
    }
    return items;
  }

  /** What is no object is never done: there would be no end to it. */
  #refuse(next: unknown): never {
    throw new TypeError(
      `Cannot ${this.#doing}: next() of items gave ${
        kindOfValue(next)
      }, not an object`,
    );
  }

  #failed(error: unknown, isLate: boolean): void {
    this.#problem = { error };
    if (!isLate) this.#throwProblem();
  }

  #throwProblem(): void {
    if (this.#problem === undefined) return;
    const { error } = this.#problem;
    this.#problem = undefined;
    this.#isEmpty = true;
    throw error;
  }

  #leave(): void {
    try {
      const left = this.#iterator.return?.();
      if (left instanceof Promise) left.catch(() => {});
    } catch {
      // Nobody is left to be told.
    }
  }
}

/** The items that a list has now, whatever becomes of it; nothing of what is no list. */
export function copyOfList(items: object): unknown[] | undefined {
  return isList(items) ? Array.from(items) : undefined;
}

function iteratorOf(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  doing: string,
): Iterator<unknown> | AsyncIterator<unknown> {
  const object = Object(items);
  for (const symbol of [Symbol.asyncIterator, Symbol.iterator] as const) {
    if (typeof object[symbol] === "function") return object[symbol]();
  }
  throw new TypeError(
    `Cannot ${doing}: items is ${kindOfValue(items)}, not iterable`,
  );
}

function countOf(items: object): number | undefined {
  if (isList(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}
