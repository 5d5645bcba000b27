/**
 * The bytes of a message, as both sides know them.
 *
 * ```
 * header   1 byte    FORMAT with flags
 *          4 bytes   where the body ends
 * body               the value, depth first, one tag before each part; then what was put off (LATER)
 * buffers            only with HAS_BUFFERS: count, then per buffer: where its bytes began in the
 *                    sender's buffer, how many they are, 0 or the largest size + 1
 * text               bundles of short strings: 2 bytes (length, and whether it is UTF-16), characters
 * data               the bytes of the buffers, end to end, up to the end of the message
 * ```
 *
 * Numbers are little-endian, as is every machine that runs Deno, so typed arrays travel unchanged.
 * A count is a varint: seven bits a byte, least significant first.
 */

/** Key of the method by which an object of ours says what stands for it in a message. */
export const HANDLE: unique symbol = Symbol.for(
  "@parallel/multiprocessing/handle",
);

/** What stands for an object of ours in a message. */
export interface HandleDescription {
  /** Which kind of object it is, unique within its module. */
  readonly kind: string;
  /** URL of the module that can make a working object of this description. */
  readonly module: string;
  /** Whatever that module needs, as 32-bit signed integers. */
  readonly words: readonly number[];
  /** Other objects of ours that it is made of; they travel with it and are made first. */
  readonly parts?: readonly object[];
}

/** An object that can be handed to other processes and threads. */
export interface HandleLike {
  /**
   * Describes the object for one destination.
   *
   * @param destination whatever the sender gave as `destination`
   * @returns what the other side needs to make a working object
   * @throws {TypeError} if the object cannot go there; the message is the reason, to be read after
   * `Cannot send args[0]: `
   */
  [HANDLE](destination: unknown): HandleDescription;
}

export const HEADER_BYTES = 5;
export const FORMAT = 0xd0;
/** Parts are named again, so the reader must number what it reads. */
export const HAS_REFERENCES = 1;
export const HAS_BUFFERS = 2;

// 0x00 to 0x7f and 0xe0 to 0xff are the integers from -32 to 127.
export const INLINE_TEXT = 0x80; // to 0x8f: so many Latin-1 characters follow
export const BUNDLED_TEXT = 0x90; // to 0xbf: so many characters of the text
export const BUNDLED_TEXT_TAGS = 48;
export const NULL = 0xc0;
export const FALSE = 0xc1;
export const TRUE = 0xc2;
export const UNDEFINED = 0xc3;
export const INT16 = 0xc4;
export const INT32 = 0xc5;
export const FLOAT64 = 0xc6;
export const BIGINT64 = 0xc7;
export const BIGINT = 0xc8; // in hexadecimal, as text
export const BUNDLED_TEXT_8 = 0xc9; // one byte: how many characters of the text
export const LONG_TEXT = 0xca; // 4 bytes: length, then UTF-8
export const LONG_TEXT_16 = 0xcb; // the same in UTF-16, which may hold lone surrogates
export const REFERENCE = 0xcc;
export const LATER = 0xcd; // a KIND byte; the part itself stands behind the body
export const ARRAY = 0xce; // length, then all the elements
export const LOOSE_ARRAY = 0xcf; // length, then properties as in LOOSE_OBJECT
export const OBJECT = 0xd0; // one byte: number of the shape; values
export const SHAPED_OBJECT = 0xd1; // defines the next shape: length, keys in Latin-1; values
export const LOOSE_OBJECT = 0xd2; // count, keys, values
export const MAP = 0xd3;
export const SET = 0xd4;
export const DATE = 0xd5;
export const REG_EXP = 0xd6;
export const BOXED = 0xd7;
export const BUFFER = 0xd8;
export const VIEW = 0xd9; // twice the name, plus 1 if it follows its buffer's length; buffer, offset, length
export const ERROR = 0xda;
export const HANDLE_TAG = 0xdb;
export const NUMBERS = 0xdc; // an array: one byte, what kind of numbers they are; length; numbers

export const KIND_OBJECT = 0;
export const KIND_ARRAY = 1;
export const KIND_MAP = 2;
export const KIND_SET = 3;

export const VIEW_NAMES: readonly string[] = [
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
];
/** Before each property of an error: whether it has it itself. */
export const NOT_OWN = 0;
export const OWN = 1;
export const OWN_ENUMERABLE = 2;
/** What errors have beside name, message and stack, though it cannot be enumerated. */
export const ERROR_PARTS: readonly string[] = [
  "cause",
  "errors",
  "error",
  "suppressed",
];

/** The most that is written between two looks at the room left. */
export const SMALL_PART_BYTES = 16;

/** Short strings only: what is longer is copied character by character more slowly. */
export const MAX_INLINE_TEXT = 12;
/** Strings up to this length travel in bundles, longer ones alone. */
export const MAX_BUNDLED_TEXT = 127;
/**
 * Characters in a bundle. A string cut from it may keep all of it alive, so this is also the most
 * that a receiver holds on to by keeping one small string of a large message.
 */
export const BUNDLE_TEXT = 2048;

export const MAX_SHAPES = 64;
/** What the keys of a shape may take, with one byte more for each. */
export const MAX_SHAPE_BYTES = 255;

/** What lies deeper is put off, so that no value is too deep for the stack. */
export const MAX_DEPTH = 200;
/** Inside an error that was thrown nothing can be put off; what lies deeper is left out. */
export const MAX_ERROR_DEPTH = 320;

/** How far the resizable buffers of one message may grow together. */
export const MAX_RESERVED_BYTES = 2 ** 32;

/**
 * Bytes are not a message, or not all of one.
 *
 * @example
 * ```ts
 * import { DecodeError } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * // What recv() throws for one message; the connection goes on.
 * const goesOn = (error: unknown) => error instanceof DecodeError;
 * assertEquals(goesOn(new DecodeError("it is cut short")), true);
 * ```
 */
export class DecodeError extends Error {
  /** Always `DecodeError`. */
  override name = "DecodeError";

  /**
   * Says what is wrong with the bytes.
   *
   * @param problem what to say
   */
  constructor(problem: string) {
    super(`Cannot decode message: ${problem}`);
  }
}

/** @throws {DecodeError} */
export function malformed(problem: string): never {
  throw new DecodeError(problem);
}
