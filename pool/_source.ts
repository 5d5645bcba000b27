import { kindOfValue } from "../_internal/check.ts";

/** Items to be taken some at a time, from whatever has them. */
export class Source {
  /** Whether items are there when they are asked for. */
  readonly isSync: boolean;
  /** How many items there are, if that is known. */
  readonly count: number | undefined;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #isEmpty = false;

  /**
   * @param doing what the items are for, as in "map"
   * @throws {TypeError} if it has no items
   */
  constructor(
    items: Iterable<unknown> | AsyncIterable<unknown>,
    doing: string,
  ) {
    this.#iterator = iteratorOf(copyOfList(items) ?? items, doing);
    this.isSync = !(Symbol.asyncIterator in Object(items));
    this.count = countOf(items);
  }

  /** Whether there are no more. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Takes so many items, or as many as are left. */
  take(count: number): unknown[] | Promise<unknown[]> {
    if (!this.isSync) return this.#takeLate(count);
    const items: unknown[] = [];
    while (items.length < count && !this.#isEmpty) {
      const next = this.#next() as IteratorResult<unknown>;
      if (next.done) this.#isEmpty = true;
      else items.push(next.value);
    }
    return items;
  }

  /** Takes no more. */
  end(): void {
    if (this.#isEmpty) return;
    this.#isEmpty = true;
    const ended = this.#iterator.return?.();
    // Nobody is left to be told.
    if (ended instanceof Promise) ended.catch(() => {});
  }

  async #takeLate(count: number): Promise<unknown[]> {
    const items: unknown[] = [];
    while (items.length < count && !this.#isEmpty) {
      const next = await this.#next();
      if (next.done) this.#isEmpty = true;
      else items.push(next.value);
    }
    return items;
  }

  #next() {
    try {
      return this.#iterator.next();
    } catch (error) {
      this.#isEmpty = true;
      throw error;
    }
  }
}

/** The items that a list has now, whatever becomes of it; nothing of what is no list. */
export function copyOfList(items: object): unknown[] | undefined {
  return isList(items) ? Array.from(items) : undefined;
}

/** Whether it is an array or a typed array. */
function isList(items: object): items is ArrayLike<unknown> {
  return Array.isArray(items) ||
    (ArrayBuffer.isView(items) && !(items instanceof DataView));
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
