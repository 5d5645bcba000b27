import { checkWhole } from "../_internal/check.ts";
import { CELL_KIND, share } from "../_internal/handles/mod.ts";
import { cellAt, enter, leave } from "../_internal/memory/mod.ts";
import { showValue } from "../_internal/show_value.ts";
import { isIterable } from "../_internal/type_guards.ts";
import { BYTES, type SharedBytes } from "./_shared_bytes.ts";
import { Draft, type ShareableValue, Slots } from "./_slots.ts";
import {
  arrivedBytes,
  createNamed,
  handleOf,
  openBytes,
  SharedMemory,
  type SharedMemoryOptions,
} from "./shared_memory.ts";

let arrived: SharedMemory | undefined;

/**
 * A list of a fixed number of values in a block of {@linkcode SharedMemory}.
 *
 * Its slots can be set, to values of any kind, but keep the room that they got at
 * first: 8 bytes, or what the first text (in UTF-8) or the first bytes needed,
 * rounded up to the next multiple of 8.
 *
 * A slot is read as somebody has set it, never half of one value and half of
 * another, even if its writer dies; readers do not wait for writers. Several
 * slots have no common state: use a `Lock` for that.
 *
 * It can be sent, or opened by the name of its {@linkcode
 * ShareableList.sharedMemory}, and lives as long as that: until it is unlinked,
 * and all have closed it.
 *
 * Needs Linux and `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { ShareableList } from "@parallel/multiprocessing/sync";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * using list = new ShareableList(["Ada", 36, true, null]);
 * list.set(0, "Charles");
 * assertEquals([...list], ["Charles", 36, true, null]);
 * assertThrows(() => list.set(0, "Charles Babbage"), RangeError, "do not fit");
 *
 * using same = new ShareableList({ name: list.sharedMemory.name });
 * same.set(-1, 1871);
 * assertEquals(list.at(3), 1871);
 * list.sharedMemory.unlink();
 * ```
 */
export class ShareableList<T = ShareableValue>
  implements Iterable<T>, Disposable {
  static {
    share(ShareableList<ShareableValue>, {
      name: "ShareableList",
      module: import.meta.url,
      kind: CELL_KIND.BYTES,
      holdingOf: (list) => handleOf(list.#sharedMemory).holding,
      shows: ({ length }) => ({ length }),
      create: () => arrive(arrivedBytes()),
      again: (bytes) => arrive(bytes as SharedBytes),
    });
  }

  readonly #sharedMemory: SharedMemory;
  readonly #slots: Slots;

  /**
   * Creates a list.
   *
   * @param values what is in it: `undefined`, `null`, booleans, numbers, bigints from
   *   -(2n ** 63n) to 2n ** 63n - 1n, strings without half surrogate pairs, and
   *   `Uint8Array`s
   * @param options `name` is for its shared memory
   * @throws {TypeError} if one of the values cannot stand in it, or the options are
   *   no object
   * @throws {RangeError} if a bigint is too large, or there is no room for so much
   * @throws {Deno.errors.AlreadyExists} if there is shared memory of that name
   * @throws {Error} without Linux and `--allow-ffi`
   */
  constructor(
    values: Iterable<T> & Iterable<ShareableValue>,
    options?: SharedMemoryOptions,
  );
  /** Creates a list of values whose types are unknown. */
  constructor(
    values: unknown extends T ? Iterable<T> : never,
    options?: SharedMemoryOptions,
  );
  /**
   * Opens a list.
   *
   * @throws {Deno.errors.NotFound} if there is no shared memory of that name
   * @throws {Error} if that holds no list
   */
  constructor(options: { name: string });
  constructor(
    source: Iterable<T> | { name: string },
    options: SharedMemoryOptions = {},
  ) {
    if (arrived !== undefined) {
      this.#sharedMemory = arrived;
      arrived = undefined;
    } else if (isIterable(source)) {
      const draft = new Draft([...source]);
      this.#sharedMemory = createNamed(
        "create shareable list",
        draft.byteLength,
        options,
        (buffer) => draft.writeTo(buffer),
      );
    } else if (typeof source === "object" && source !== null) {
      this.#sharedMemory = SharedMemory.open(source.name);
    } else {
      throw new TypeError(
        `Cannot create shareable list: ${
          showValue(source)
        } is neither an iterable nor the options to open one`,
      );
    }
    const { name, buffer } = this.#sharedMemory;
    try {
      this.#slots = new Slots(buffer);
    } catch (error) {
      this.#sharedMemory.close();
      throw new Error(
        `Cannot open shareable list "${name}": ${(error as Error).message}`,
      );
    }
  }

  /** The memory that it is in: for its name, and to unlink it. */
  get sharedMemory(): SharedMemory {
    return this.#sharedMemory;
  }

  /**
   * How many slots there are.
   *
   * @throws {Error} if it is closed
   */
  get length(): number {
    return this.#open("read").length;
  }

  /**
   * The value of a slot.
   *
   * @param index from 0; or from -1 on, counted from the end
   * @returns the value; `undefined` also where there is no slot
   * @throws {TypeError} if the index is no number
   * @throws {RangeError} if it is not whole
   * @throws {Error} if it is closed
   */
  at(index: number): T | undefined {
    const slots = this.#open("read");
    const slot = slotOf(index, slots.length, "read list");
    return slot === undefined ? undefined : this.#read(slots, slot);
  }

  /**
   * Sets a slot.
   *
   * @param index from 0; or from -1 on, counted from the end
   * @throws {TypeError} if the value cannot stand in a list, or the index is no number
   * @throws {RangeError} if it is too large for the slot, or there is no such slot
   * @throws {Error} if it is closed
   */
  set(index: number, value: T): void {
    const slots = this.#open("set");
    const slot = slotOf(index, slots.length, "set list");
    if (slot === undefined) {
      throw new RangeError(
        `Cannot set list[${index}]: it has ${slots.length} slots`,
      );
    }
    this.#inTurn(slots.prepare(slot, value));
  }

  /** How many slots hold that value. Bytes are compared one by one. */
  count(value: T): number {
    let count = 0;
    for (const each of this) if (areEqual(each, value)) count++;
    return count;
  }

  /** The first slot that holds that value; -1 if there is none. */
  indexOf(value: T): number {
    let index = 0;
    for (const each of this) {
      if (areEqual(each, value)) return index;
      index++;
    }
    return -1;
  }

  /** Goes through the slots, each as it is when its turn comes. */
  *[Symbol.iterator](): IterableIterator<T> {
    const { length } = this.#open("read");
    for (let slot = 0; slot < length; slot++) {
      yield this.#read(this.#open("read"), slot);
    }
  }

  /** Closes this handle to its memory. Does nothing the second time. */
  close(): void {
    this.#sharedMemory.close();
  }

  /** Closes this handle to its memory. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(doing: "read" | "set"): Slots {
    if (handleOf(this.#sharedMemory).bytes === undefined) {
      const { name } = this.#sharedMemory;
      throw new Error(`Cannot ${doing} shareable list "${name}": it is closed`);
    }
    return this.#slots;
  }

  #read(slots: Slots, slot: number): T {
    return slots.read(slot, (read) => this.#inTurn(read)) as T;
  }

  #inTurn(work: () => void): void {
    const { memory, cell } = handleOf(this.#sharedMemory).holding;
    const mutex = cellAt(cell) + BYTES.MUTEX;
    // What its last owner left half-done is not the value of any slot.
    enter(memory, mutex);
    try {
      work();
    } finally {
      leave(memory, mutex);
    }
  }
}

function arrive(bytes: SharedBytes): ShareableList {
  arrived = openBytes(bytes);
  // What is asked for here is not looked at.
  return new ShareableList([]);
}

function slotOf(
  index: number,
  length: number,
  doing: string,
): number | undefined {
  checkWhole(index, "index", doing);
  const slot = index < 0 ? index + length : index;
  return slot >= 0 && slot < length ? slot : undefined;
}

function areEqual(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array
    ? a.length === b.length && a.every((byte, index) => byte === b[index])
    : a === b || (a !== a && b !== b);
}
