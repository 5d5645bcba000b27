/*
 * Arrays of nothing but numbers, end to end: ten times as fast as a tag before each.
 */

/** What numbers travel as, narrowest first; a message says which by its place here. */
const KINDS = [Int8Array, Int16Array, Int32Array, Float64Array] as const;
type Numbers = InstanceType<typeof KINDS[number]>;

/** Longer arrays would be hash tables if they were made at once. */
const MOST_AT_ONCE = 1 << 24;

/** Numbers that can be written. */
export interface PackedNumbers {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** Packs an array, if each of its elements is a number. */
export function packNumbers(
  array: readonly unknown[],
): PackedNumbers | undefined {
  const { length } = array;
  if (typeof array[length - 1] !== "number") return undefined;
  const ints = new Int32Array(length);
  let least = 0;
  let most = 0;
  for (let i = 0; i < length; i++) {
    const value = array[i];
    if (typeof value !== "number") return undefined;
    const int = value | 0;
    if (int !== value || (int === 0 && 1 / value < 0)) return packFloats(array);
    ints[i] = int;
    if (int < least) least = int;
    else if (int > most) most = int;
  }
  if (least >= -0x80 && most < 0x80) return packed(0, new Int8Array(ints));
  if (least >= -0x8000 && most < 0x8000) {
    return packed(1, new Int16Array(ints));
  }
  return packed(2, ints);
}

function packFloats(array: readonly unknown[]): PackedNumbers | undefined {
  const floats = new Float64Array(array.length);
  for (let i = 0; i < array.length; i++) {
    const value = array[i];
    if (typeof value !== "number") return undefined;
    floats[i] = value;
  }
  return packed(3, floats);
}

function packed(
  kind: number,
  { buffer, byteOffset, byteLength }: Numbers,
): PackedNumbers {
  return { kind, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** How many bytes a number of a kind takes; nothing if there is no such kind. */
export function bytesPerNumber(kind: number): number | undefined {
  return KINDS[kind]?.BYTES_PER_ELEMENT;
}

/**
 * Makes an array of numbers.
 *
 * @param bytes a copy of what was packed
 */
export function unpackNumbers(
  kind: number,
  bytes: Uint8Array<ArrayBuffer>,
): number[] {
  const numbers = new KINDS[kind](bytes.buffer, bytes.byteOffset);
  const { length } = numbers;
  const array: number[] = length > MOST_AT_ONCE ? [] : new Array(length);
  for (let i = 0; i < length; i++) array[i] = numbers[i];
  return array;
}
