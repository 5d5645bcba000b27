import { ARRAYS } from "../_internal/number_types.ts";
import { showValue } from "../_internal/show_value.ts";

/** The types of numbers that are shared one by one or in arrays, and what they are here. */
export interface SharedNumbers {
  /** A whole number from -128 to 127. */
  i8: number;
  /** A whole number from 0 to 255. */
  u8: number;
  /** A whole number from -32768 to 32767. */
  i16: number;
  /** A whole number from 0 to 65535. */
  u16: number;
  /** A whole number from -2^31 to 2^31 - 1. */
  i32: number;
  /** A whole number from 0 to 2^32 - 1. */
  u32: number;
  /** A whole number from -2^63 to 2^63 - 1. */
  i64: bigint;
  /** A whole number from 0 to 2^64 - 1. */
  u64: bigint;
  /** A floating-point number of half precision. */
  f16: number;
  /** A floating-point number of single precision. */
  f32: number;
  /** A floating-point number of double precision, as JavaScript's numbers are. */
  f64: number;
}

/** The types of numbers that are a `number` here, of whatever size. */
export type NumberType = Exclude<keyof SharedNumbers, "i64" | "u64">;

/** The types of shared arrays, and the typed arrays that show them. */
export interface SharedArrays {
  /** Of `i8`. */
  i8: Int8Array<ArrayBufferLike>;
  /** Of `u8`. */
  u8: Uint8Array<ArrayBufferLike>;
  /** Of `i16`. */
  i16: Int16Array<ArrayBufferLike>;
  /** Of `u16`. */
  u16: Uint16Array<ArrayBufferLike>;
  /** Of `i32`. */
  i32: Int32Array<ArrayBufferLike>;
  /** Of `u32`. */
  u32: Uint32Array<ArrayBufferLike>;
  /** Of `i64`. */
  i64: BigInt64Array<ArrayBufferLike>;
  /** Of `u64`. */
  u64: BigUint64Array<ArrayBufferLike>;
  /** Of `f16`. */
  f16: Float16Array<ArrayBufferLike>;
  /** Of `f32`. */
  f32: Float32Array<ArrayBufferLike>;
  /** Of `f64`. */
  f64: Float64Array<ArrayBufferLike>;
}

/** The number that stands for each type in shared memory. */
const CODES = Object.keys(ARRAYS) as (keyof SharedNumbers)[];

/** The code of a type of numbers, from 1; 0 for anything else. */
export function codeOf(type: unknown): number {
  return CODES.indexOf(type as keyof SharedNumbers) + 1;
}

/** The type with a code, if there is one. */
export function typeOf(code: number): keyof SharedNumbers | undefined {
  return CODES[code - 1];
}

/** A typed array of a type of numbers. */
export function viewOf<T extends keyof SharedNumbers>(
  type: T,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): SharedArrays[T] {
  const View = ARRAYS[type] as unknown as new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => SharedArrays[T];
  return new View(buffer, byteOffset, length);
}

/** @throws {TypeError} that says which types there are */
export function refuseType(doing: string, type: unknown, also = ""): never {
  throw new TypeError(
    `Cannot ${doing}: ${showValue(type)} is not a type; there are ${
      CODES.join(", ")
    }${also}`,
  );
}
