import { checkWhole } from "../_internal/check.ts";
import { CELL_KIND, holdingFor, share } from "../_internal/handles/mod.ts";
import { widestBytes } from "../_internal/memory/mod.ts";
import { ARRAYS } from "../_internal/number_types.ts";
import { showValue } from "../_internal/show_value.ts";
import { isIterable, isList } from "../_internal/type_guards.ts";
import {
  codeOf,
  type NumberType,
  refuseType,
  type SharedArrays,
  type SharedNumbers,
  typeOf,
  viewOf,
} from "./_number_types.ts";
import { type BytesHandle, SharedBytes } from "./_shared_bytes.ts";
import {
  arrivedLock,
  LockPart,
  type SharedLockOptions,
} from "./_value_lock.ts";
import type { Lock } from "./lock.ts";
import type { RLock } from "./r_lock.ts";

/** The type of the numbers in a {@linkcode SharedArray}. */
export type SharedArrayType = keyof SharedArrays;

/** What an array that has arrived is made of. */
interface Arrived {
  readonly handle: BytesHandle;
  readonly lock: LockPart;
}

const SUBJECT = "shared array";
const DOING = `create ${SUBJECT}`;

let arrived: Arrived | undefined;

/**
 * An array of numbers that processes and threads share.
 *
 * {@linkcode SharedArray.array} is a typed array on the shared memory itself:
 * what one stores, all see. Nothing is copied and nothing waits. Single elements
 * are never half of one value and half of another, but only `Atomics` on the
 * array give an order; for what takes several steps there is the
 * {@linkcode SharedArray.lock}. Whoever dies has stored what it has stored.
 *
 * The memory stays for as long as anybody has the array, or a typed array or a
 * buffer that came from it. Do not transfer that buffer. Each array that
 * arrives in a message is a handle of its own. The machine gives the memory when
 * it is first written to, so a large array costs nothing before.
 *
 * To reach other processes it needs Linux and `--allow-ffi`. Among threads it
 * needs no permission; there, the memory stays until everybody who has looked at
 * `array` has closed it or has ended, and a typed array that is used after that
 * shows what others keep there.
 *
 * @example
 * ```ts
 * import { SharedArray } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * using shared = new SharedArray("f64", [1, 2, 3]);
 * shared.array[1] *= 10;
 * assertEquals([...shared], [1, 20, 3]);
 *
 * using counts = new SharedArray("i32", 1_000_000);
 * assertEquals(Atomics.add(counts.array, 999_999, 5), 0);
 * assertEquals(counts.array.at(-1), 5);
 * ```
 */
export class SharedArray<T extends SharedArrayType = NumberType>
  implements Iterable<SharedNumbers[T]>, Disposable {
  static {
    share(SharedArray<SharedArrayType>, {
      name: "SharedArray",
      module: import.meta.url,
      kind: CELL_KIND.BYTES,
      holdingOf: (array) => array.#handle.holding,
      shows: ({ type, length }) => ({ type, length }),
      partsOf: (array) => array.#lock.parts,
      create: (parts) =>
        arrive(
          SharedBytes.adopt(holdingFor(CELL_KIND.BYTES, widestBytes)),
          parts,
        ),
      again: (bytes, parts) => arrive(bytes as SharedBytes, parts),
    });
  }

  readonly #handle: BytesHandle;
  readonly #type: T;
  readonly #length: number;
  readonly #lock: LockPart;
  #array: SharedArrays[T] | undefined;

  /**
   * Creates an array.
   *
   * @param type `i8`, `u8`, `i16`, `u16`, `i32`, `u32`, `i64`, `u64` (these two
   *   of `bigint`), `f16`, `f32` or `f64`
   * @param content how many elements, all 0; or the elements, which are stored as
   *   a typed array of that type stores them
   * @throws {TypeError} if there is no such type, the content is of another one, or
   *   the options are no object
   * @throws {RangeError} if the length is not a whole number from 0, or there is
   *   no room for so many
   */
  constructor(
    type: T,
    content: number | Iterable<SharedNumbers[T]>,
    options: SharedLockOptions = {},
  ) {
    if (arrived !== undefined) {
      const { handle, lock } = arrived;
      arrived = undefined;
      const bytes = handle.bytes!;
      this.#handle = handle;
      this.#type = typeAt(bytes) as T;
      this.#length = bytes.byteLength / ARRAYS[this.#type].BYTES_PER_ELEMENT;
      this.#lock = lock;
      return;
    }
    const code = codeOf(type);
    if (code === 0) refuseType(DOING, type);
    this.#lock = new LockPart(SUBJECT, options);
    const elements = typeof content === "number"
      ? undefined
      : elementsOf(content);
    const length = elements?.length ?? content as number;
    const byteLength = length * ARRAYS[type].BYTES_PER_ELEMENT;
    checkWhole(length, "its length", DOING, 0);
    this.#type = type;
    this.#length = length;
    this.#handle = SharedBytes.create(widestBytes(), code, byteLength).open();
    if (elements === undefined) return;
    try {
      (this.array as Float64Array).set(elements as ArrayLike<number>);
    } catch (error) {
      this.close();
      if (!(error instanceof TypeError || error instanceof SyntaxError)) {
        throw error;
      }
      throw new TypeError(`Cannot ${DOING} of ${type}: ${error.message}`, {
        cause: error,
      });
    }
  }

  /** What kind of numbers are in it. */
  get type(): T {
    return this.#type;
  }

  /** How many numbers are in it. */
  get length(): number {
    if (this.#handle.bytes === undefined) throw closed(this.#type);
    return this.#length;
  }

  /**
   * The shared memory as a typed array, always the same one. Do not use it once
   * this is closed: it has no elements then, or, where only threads can share it,
   * those of others.
   *
   * @throws {Error} if this is closed
   */
  get array(): SharedArrays[T] {
    const view = this.#handle.view();
    if (view === undefined) throw closed(this.#type);
    return this.#array ??= viewOf(
      this.#type,
      view.buffer,
      view.byteOffset,
      this.#length,
    );
  }

  /**
   * The lock that goes with the array. Nothing here takes it by itself; it is
   * for those who agree on it. Unless you gave another, it is an `RLock`, which
   * the tasks of one thread hold together.
   *
   * @throws {Error} if it was made without one
   */
  get lock(): Lock | RLock {
    return this.#lock.lock;
  }

  /** Goes through the numbers as they are at that moment. */
  [Symbol.iterator](): IterableIterator<SharedNumbers[T]> {
    const array = this.array as Iterable<SharedNumbers[T]>;
    return array[Symbol.iterator]() as IterableIterator<SharedNumbers[T]>;
  }

  /**
   * Closes this handle: typed arrays that came from it must not be used from here
   * on. Others keep theirs; the memory goes when nobody has it. Does nothing the
   * second time.
   */
  close(): void {
    this.#array = undefined;
    this.#handle.close();
  }

  /** Closes this handle. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function arrive(
  bytes: SharedBytes,
  parts: readonly object[],
): SharedArray<SharedArrayType> {
  const lock = new LockPart(SUBJECT, arrivedLock(parts));
  arrived = { handle: bytes.open(), lock };
  // What is asked for here is not looked at.
  return new SharedArray("u8", 0);
}

function typeAt(bytes: SharedBytes): SharedArrayType {
  const type = typeOf(bytes.sort);
  if (
    type !== undefined &&
    bytes.byteLength % ARRAYS[type].BYTES_PER_ELEMENT === 0
  ) return type;
  throw new Error("Cannot receive a SharedArray: its memory is overwritten");
}

/** The elements, and so how many there are. */
function elementsOf<T extends SharedArrayType>(
  content: Iterable<SharedNumbers[T]>,
): ArrayLike<unknown> {
  if (isList(content)) return content;
  // The characters of a string are no numbers.
  if (typeof content !== "object" || !isIterable(content)) {
    throw new TypeError(
      `Cannot ${DOING}: ${
        showValue(content)
      } is neither a length nor an iterable of numbers`,
    );
  }
  return Array.from(content);
}

function closed(type: string): Error {
  return new Error(`Cannot read shared array of ${type}: it is closed`);
}
