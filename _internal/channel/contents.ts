/** Bytes that know how to write themselves. */
export interface Contents {
  readonly byteLength: number;
  writeTo(target: Uint8Array, at?: number): void;
  /** A copy that does not change any more. */
  snapshot(): Contents;
}

/** Without anything in them. */
export const NOTHING: Contents = {
  byteLength: 0,
  writeTo() {},
  snapshot: () => NOTHING,
};

/** Numbers in headers have four bytes. */
const LAST_NUMBER = 0xffff_ffff;

/** The number after another one; after the last comes 1, as 0 stands for none. */
export function nextNumber(number: number): number {
  return number === LAST_NUMBER ? 1 : number + 1;
}

/** Reads a number of a header. */
export function readNumber(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 |
    bytes[at + 3] << 24) >>> 0;
}

/** Writes a number of a header. */
export function writeNumber(
  bytes: Uint8Array,
  at: number,
  value: number,
): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}
