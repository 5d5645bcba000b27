import { ARRAYS } from "../_internal/number_types.ts";
import { showValue } from "../_internal/show_value.ts";
import {
  type SharedArrays,
  type SharedNumbers,
  viewOf,
} from "./_number_types.ts";

/*
 * One number in eight bytes of a cell. There are no states but its values: each
 * operation is one atomic load, store or exchange, or one compare-and-exchange
 * that is tried again if another one came between. Whoever dies has changed it
 * or has not.
 */

/** A number, or a truth value, whose every operation is atomic. */
export interface AtomicNumber<T> {
  load(): T;
  /** Throws if such a value cannot be stored; `doing` says what was attempted. */
  check(value: unknown, doing: string): void;
  store(value: T): void;
  exchange(value: T): T;
  compareExchange(expected: T, replacement: T): T;
  /** @throws {RangeError} if the sum does not fit; then nothing has changed */
  add(value: unknown): T;
}

type SmallArray = SharedArrays["i8" | "u8" | "i16" | "u16" | "i32" | "u32"];
type BigArray = SharedArrays["i64" | "u64"];

const ADDING = "add to shared value";

/** A whole number of at most 32 bits. */
class SmallInteger implements AtomicNumber<number> {
  readonly #view: SmallArray;
  readonly #type: string;
  readonly #min: number;
  readonly #max: number;

  constructor(view: SmallArray, type: string) {
    this.#view = view;
    this.#type = type;
    const count = 2 ** (view.BYTES_PER_ELEMENT * 8);
    this.#min = type[0] === "i" ? -count / 2 : 0;
    this.#max = this.#min + count - 1;
  }

  load(): number {
    return Atomics.load(this.#view, 0);
  }

  check(value: unknown, doing: string): void {
    if (typeof value !== "number") refuseKind(doing, value, "a number");
    if (!this.#fits(value)) refuseAmount(doing, `${value}`, this.#type);
  }

  store(value: number): void {
    Atomics.store(this.#view, 0, value);
  }

  exchange(value: number): number {
    return Atomics.exchange(this.#view, 0, value);
  }

  compareExchange(expected: number, replacement: number): number {
    return Atomics.compareExchange(this.#view, 0, expected, replacement);
  }

  add(value: unknown): number {
    if (typeof value !== "number") refuseKind(ADDING, value, "a number");
    for (;;) {
      const old = Atomics.load(this.#view, 0);
      const sum = old + value;
      if (!this.#fits(sum)) {
        refuseAmount(ADDING, `${old} + ${value}`, this.#type);
      }
      // Settles whose sum it is of many that add at once.
      if (Atomics.compareExchange(this.#view, 0, old, sum) === old) return old;
    }
  }

  #fits(value: number): boolean {
    return value >= this.#min && value <= this.#max && Number.isInteger(value);
  }
}

/** A whole number of 64 bits. */
class BigInteger implements AtomicNumber<bigint> {
  readonly #view: BigArray;
  readonly #type: string;
  readonly #wrap: (value: bigint) => bigint;

  constructor(view: BigArray, type: string) {
    this.#view = view;
    this.#type = type;
    this.#wrap = type === "i64"
      ? (value) => BigInt.asIntN(64, value)
      : (value) => BigInt.asUintN(64, value);
  }

  load(): bigint {
    return Atomics.load(this.#view, 0);
  }

  check(value: unknown, doing: string): void {
    if (typeof value !== "bigint") refuseKind(doing, value, "a bigint");
    if (this.#wrap(value) !== value) {
      refuseAmount(doing, `${value}n`, this.#type);
    }
  }

  store(value: bigint): void {
    Atomics.store(this.#view, 0, value);
  }

  exchange(value: bigint): bigint {
    return Atomics.exchange(this.#view, 0, value);
  }

  compareExchange(expected: bigint, replacement: bigint): bigint {
    return Atomics.compareExchange(this.#view, 0, expected, replacement);
  }

  add(value: unknown): bigint {
    if (typeof value !== "bigint") refuseKind(ADDING, value, "a bigint");
    for (;;) {
      const old = Atomics.load(this.#view, 0);
      const sum = old + value;
      if (this.#wrap(sum) !== sum) {
        refuseAmount(ADDING, `${old}n + ${value}n`, this.#type);
      }
      // Settles whose sum it is of many that add at once.
      if (Atomics.compareExchange(this.#view, 0, old, sum) === old) return old;
    }
  }
}

type Bits = BigInt64Array<ArrayBufferLike>;
type Floats = Float64Array<ArrayBufferLike>;

/** A floating-point number: atomics know only whole ones, so its bits are one. */
class Float implements AtomicNumber<number> {
  readonly #view: Bits;
  /** The same bits twice, here: as a whole number and as what they mean. */
  readonly #bits: Bits;
  readonly #float: Floats;

  /** Both views are of one number of 16, 32 or 64 bits, whatever their types say. */
  constructor(view: Bits, bits: Bits, float: Floats) {
    this.#view = view;
    this.#bits = bits;
    this.#float = float;
  }

  load(): number {
    this.#bits[0] = Atomics.load(this.#view, 0);
    return this.#float[0];
  }

  check(value: unknown, doing: string): void {
    if (typeof value !== "number") refuseKind(doing, value, "a number");
  }

  store(value: number): void {
    this.#float[0] = value;
    Atomics.store(this.#view, 0, this.#bits[0]);
  }

  exchange(value: number): number {
    this.#float[0] = value;
    this.#bits[0] = Atomics.exchange(this.#view, 0, this.#bits[0]);
    return this.#float[0];
  }

  compareExchange(expected: number, replacement: number): number {
    const rounded = this.#round(expected);
    for (;;) {
      const bits = Atomics.load(this.#view, 0);
      this.#bits[0] = bits;
      const old = this.#float[0];
      // As a Map tells its keys apart: 0 is -0, and NaN is NaN.
      if (old !== rounded && (old === old || rounded === rounded)) return old;
      this.#float[0] = replacement;
      if (this.#swap(bits)) return old;
    }
  }

  add(value: unknown): number {
    if (typeof value !== "number") refuseKind(ADDING, value, "a number");
    for (;;) {
      const bits = Atomics.load(this.#view, 0);
      this.#bits[0] = bits;
      const old = this.#float[0];
      this.#float[0] = old + value;
      if (this.#swap(bits)) return old;
    }
  }

  /** Settles whether what we have computed is of the number as it still is. */
  #swap(seen: bigint): boolean {
    return Atomics.compareExchange(this.#view, 0, seen, this.#bits[0]) === seen;
  }

  #round(value: number): number {
    this.#float[0] = value;
    return this.#float[0];
  }
}

/** `true` or `false`. */
export class Truth implements AtomicNumber<boolean> {
  readonly #view: Uint8Array<ArrayBufferLike>;

  constructor(view: Uint8Array<ArrayBufferLike>) {
    this.#view = view;
  }

  load(): boolean {
    return Atomics.load(this.#view, 0) !== 0;
  }

  check(value: unknown, doing: string): void {
    if (typeof value !== "boolean") refuseKind(doing, value, "a boolean");
  }

  store(value: boolean): void {
    Atomics.store(this.#view, 0, Number(value));
  }

  exchange(value: boolean): boolean {
    return Atomics.exchange(this.#view, 0, Number(value)) !== 0;
  }

  compareExchange(expected: boolean, replacement: boolean): boolean {
    return Atomics.compareExchange(
      this.#view,
      0,
      Number(expected),
      Number(replacement),
    ) !== 0;
  }

  add(): never {
    throw new TypeError(`Cannot ${ADDING}: it is a bool`);
  }
}

/** The number of a type at a place that is a multiple of 8 bytes. */
export function atomicNumber(
  type: keyof SharedNumbers,
  buffer: ArrayBufferLike,
  byteOffset: number,
): AtomicNumber<number> | AtomicNumber<bigint> {
  const view = viewOf(type, buffer, byteOffset, 1);
  if (type === "i64" || type === "u64") {
    return new BigInteger(view as BigArray, type);
  }
  if (type[0] !== "f") return new SmallInteger(view as SmallArray, type);
  const float = new ARRAYS[type](1);
  const bits = type === "f64" ? "i64" : type === "f32" ? "i32" : "i16";
  return new Float(
    viewOf(bits, buffer, byteOffset, 1) as Bits,
    viewOf(bits, float.buffer, 0, 1) as Bits,
    float as Floats,
  );
}

function refuseKind(doing: string, value: unknown, kind: string): never {
  throw new TypeError(`Cannot ${doing}: ${showValue(value)} is not ${kind}`);
}

function refuseAmount(doing: string, value: string, type: string): never {
  throw new RangeError(`Cannot ${doing}: ${value} does not fit into ${type}`);
}
