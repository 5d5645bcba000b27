import {
  CELL_KIND,
  type Holding,
  holdingFor,
  isArriving,
  share,
} from "../_internal/handles/mod.ts";
import {
  CELL,
  cellAt,
  checkStopped,
  type Memory,
  widestMemory,
} from "../_internal/memory/mod.ts";
import { type AtomicNumber, atomicNumber, Truth } from "./_atomic_number.ts";
import {
  codeOf,
  type NumberType,
  refuseType,
  type SharedNumbers,
  typeOf,
} from "./_number_types.ts";
import {
  arrivedLock,
  LockPart,
  type SharedLockOptions,
} from "./_value_lock.ts";
import type { Lock } from "./lock.ts";
import type { RLock } from "./r_lock.ts";

/*
 * | word   | means                                                              |
 * | ------ | ------------------------------------------------------------------ |
 * | TYPE   | code of the type; stored before anybody else knows of the cell     |
 * | NUMBER | two words, a multiple of 8 bytes: the value, see _atomic_number.ts |
 */
const TYPE = CELL.BODY;
const NUMBER = CELL.BODY + 1;
const BOOL = 0x100;

/** The types of shared values, and what their values are here. */
export interface SharedValues extends SharedNumbers {
  /** `true` or `false`. */
  bool: boolean;
}

/** The type of a {@linkcode SharedValue}. */
export type SharedValueType = keyof SharedValues;

/**
 * One number, or one truth value, that processes and threads share.
 *
 * Each operation is atomic: whoever reads sees a value that somebody has set,
 * never half of one, and no {@linkcode SharedValue.add} is lost. All operations
 * on all values have one order that everybody sees. So simple counting needs no
 * lock; the {@linkcode SharedValue.lock} is for what takes several steps.
 * Nothing waits, and a participant that dies leaves the value as it was before
 * or after its operation. The lock is as robust: see there.
 *
 * Nothing wraps around: a number that does not fit is refused, and the value
 * stays. `f16` and `f32` round what they are given.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { SharedValue } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const count = new SharedValue("i32", 40);
 * assertEquals(count.add(2), 40);
 * assertEquals(count.value, 42);
 * {
 *   using _guard = await count.lock.acquire();
 *   count.value = count.value ** 2 - 1;
 * }
 * assertEquals(count.compareExchange(1763, 0), 1763);
 * assertEquals(count.value, 0);
 * ```
 */
export class SharedValue<T extends SharedValueType = NumberType> {
  static {
    share(SharedValue<SharedValueType>, {
      name: "SharedValue",
      module: import.meta.url,
      kind: CELL_KIND.VALUE,
      holdingOf: (value) => value.#holding,
      shows: ({ type, value }) => ({ type, value }),
      partsOf: (value) => value.#lock.parts,
      create: (parts) => new SharedValue("bool", false, arrivedLock(parts)),
      atHub: {
        make: (type: SharedValueType, initial?: never) =>
          new SharedValue(type, initial, { lock: false }),
        methods: {
          type: { accessor: true, constant: true },
          value: { accessor: true },
          add: { sync: true },
          exchange: { sync: true },
          compareExchange: { sync: true },
        },
      },
    });
  }

  readonly #holding: Holding;
  readonly #memory: Memory;
  readonly #type: T;
  readonly #number: AtomicNumber<SharedValues[T]>;
  readonly #lock: LockPart;

  /**
   * Creates a value.
   *
   * @param type `i8`, `u8`, `i16`, `u16`, `i32`, `u32`, `i64`, `u64` (whole
   *   numbers, the last two as `bigint`), `f16`, `f32`, `f64` or `bool`
   * @param initial Default: 0, or `false`
   * @throws {TypeError} if there is no such type, `initial` is of another one, or the
   *   options are no object
   * @throws {RangeError} if `initial` does not fit
   */
  constructor(
    type: T,
    initial?: SharedValues[T],
    options: SharedLockOptions = {},
  ) {
    const doing = "create shared value";
    const arriving = isArriving();
    const code = type === "bool" ? BOOL : codeOf(type);
    if (code === 0) refuseType(doing, type, ", bool");
    this.#lock = new LockPart("shared value", options);
    if (!arriving && initial !== undefined) {
      // Nothing is shared yet of what cannot be.
      numberOf(type, new ArrayBuffer(8), 0).check(initial, doing);
    }
    this.#holding = holdingFor(CELL_KIND.VALUE, widestMemory);
    const { memory, cell } = this.#holding;
    try {
      const { words } = memory;
      const at = cellAt(cell);
      if (!arriving) Atomics.store(words, at + TYPE, code);
      this.#memory = memory;
      this.#type = arriving && !this.#holding.isRelayed
        ? typeAt(words, at) as T
        : type;
      this.#number = numberOf(
        this.#type,
        words.buffer,
        words.byteOffset + (at + NUMBER) * 4,
      );
      if (!arriving && initial !== undefined) this.#number.store(initial);
    } catch (error) {
      this.#holding.release();
      throw error;
    }
    this.#holding.bind(this);
    this.#holding.madeOf([type, initial]);
  }

  /** What kind of number it is. */
  get type(): T {
    return this.#type;
  }

  /** The value: as somebody has set it last. */
  get value(): SharedValues[T] {
    return this.#number.load();
  }

  /**
   * Sets the value.
   *
   * @throws {TypeError} if it is of another type
   * @throws {RangeError} if it does not fit
   */
  set value(value: SharedValues[T]) {
    this.#check(value, "set shared value");
    this.#number.store(value);
  }

  /**
   * Adds to the value.
   *
   * @param n how much, also less than 0
   * @returns what the value was before
   * @throws {TypeError} if it is of another type, or the value is a truth value
   * @throws {RangeError} if the sum does not fit; the value stays as it is
   */
  add(n: T extends "bool" ? never : SharedValues[T]): SharedValues[T] {
    checkStopped(this.#memory);
    return this.#number.add(n);
  }

  /**
   * Sets the value.
   *
   * @returns what it was before
   * @throws {TypeError} if the new one is of another type
   * @throws {RangeError} if it does not fit
   */
  exchange(replacement: SharedValues[T]): SharedValues[T] {
    this.#check(replacement, "exchange shared value");
    return this.#number.exchange(replacement);
  }

  /**
   * Sets the value if it is what is expected. As the keys of a `Map` are told
   * apart: 0 equals -0, and `NaN` equals `NaN`.
   *
   * @returns what it was before; so it has been set if that is what was expected
   * @throws {TypeError} if one of the two is of another type
   * @throws {RangeError} if one of the two does not fit
   */
  compareExchange(
    expected: SharedValues[T],
    replacement: SharedValues[T],
  ): SharedValues[T] {
    this.#check(expected, "compare shared value");
    this.#check(replacement, "exchange shared value");
    return this.#number.compareExchange(expected, replacement);
  }

  /**
   * The lock that goes with the value. None of the operations here takes it by
   * itself; it is for those who agree on it. Unless you gave another, it is an
   * `RLock`, which the tasks of one thread hold together.
   *
   * @throws {Error} if it was made without one
   */
  get lock(): Lock | RLock {
    return this.#lock.lock;
  }

  #check(value: unknown, doing: string): void {
    checkStopped(this.#memory);
    const number: AtomicNumber<SharedValues[T]> = this.#number;
    number.check(value, doing);
  }
}

function typeAt(words: Int32Array, at: number): SharedValueType {
  const code = Atomics.load(words, at + TYPE);
  const type = code === BOOL ? "bool" : typeOf(code);
  if (type !== undefined) return type;
  throw new Error("Cannot receive a SharedValue: its memory is overwritten");
}

function numberOf<T extends SharedValueType>(
  type: T,
  buffer: ArrayBufferLike,
  byteOffset: number,
): AtomicNumber<SharedValues[T]> {
  const number = type === "bool"
    ? new Truth(new Uint8Array(buffer, byteOffset, 1))
    : atomicNumber(type as keyof SharedNumbers, buffer, byteOffset);
  return number as unknown as AtomicNumber<SharedValues[T]>;
}
