import type { HandleDescription, HandleLike } from "./format.ts";
import { Refusal } from "./refusal.ts";
import { ValueWriter } from "./value_writer.ts";

/** How {@linkcode encode} speaks of a value, and for whom it is. */
export interface EncodeOptions {
  /** What the value is called in messages: `args`, `message`, `result`. */
  readonly root: string;
  /** Given to each handle in the value, which may depend on it. */
  readonly destination?: unknown;
  /**
   * Says what stands for a handle in the message.
   *
   * @default {undefined} Each describes itself, for the destination.
   */
  readonly describe?: (handle: HandleLike) => HandleDescription;
  /**
   * What messages call the receiver.
   *
   * @default {"another process"}
   */
  readonly to?: string;
  /**
   * Whether it was thrown. An error that nobody has chosen to send must be able to cross, so what
   * cannot be sent is left out of it: properties, and members of `errors`, which become `undefined`.
   *
   * @default {false}
   */
  readonly thrown?: boolean;
}

/** A value made ready to be written. */
export interface Encoded {
  /** How many bytes {@linkcode Encoded.writeTo} writes. */
  readonly byteLength: number;
  /** Each handle met in the value, once, in the order in which they were met. */
  readonly handles: readonly HandleLike[];
  /**
   * Writes the message. Binary data goes straight from the value's own buffers into `target`, as
   * it is at this moment.
   *
   * @param target receives the message; may be shared memory
   * @param at where in it the message begins
   * @throws {RangeError} if `target` is too small; nothing has been written
   * @throws {TypeError} if a buffer of the value has been detached since; nothing has been written
   */
  writeTo(target: Uint8Array, at?: number): void;
  /**
   * Copies the message.
   *
   * @returns the same message, which the next `encode()` and changes of the value do not affect
   */
  snapshot(): Encoded;
}

const NO_HANDLES: readonly HandleLike[] = [];
const NO_DATA: readonly Uint8Array[] = [];
// Up to here a loop is faster than the call.
const LOOPED_BYTES = 40;

class EncodedMessage implements Encoded {
  readonly byteLength: number;
  readonly handles: readonly HandleLike[];
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #data: readonly Uint8Array[];

  constructor(
    bytes: Uint8Array,
    length: number,
    data: readonly Uint8Array[],
    handles: readonly HandleLike[],
  ) {
    this.#bytes = bytes;
    this.#length = length;
    this.#data = data;
    this.handles = handles;
    this.byteLength = length + lengthOf(data);
  }

  writeTo(target: Uint8Array, at = 0): void {
    if (target.length - at < this.byteLength) {
      throw new RangeError(
        `Cannot write message: it takes ${this.byteLength} bytes, there are ${
          target.length - at
        }`,
      );
    }
    const length = this.#length;
    if (length + lengthOf(this.#data) !== this.byteLength) {
      throw new TypeError(
        "Cannot write message: a buffer in it has been detached or resized",
      );
    }
    const bytes = this.#bytes;
    if (length > LOOPED_BYTES) {
      target.set(bytes.subarray(0, length), at);
    } else {
      for (let i = 0; i < length; i++) target[at + i] = bytes[i];
    }
    at += length;
    for (const part of this.#data) {
      target.set(part, at);
      at += part.length;
    }
  }

  snapshot(): Encoded {
    const bytes = new Uint8Array(this.byteLength);
    this.writeTo(bytes);
    return new EncodedMessage(bytes, bytes.length, NO_DATA, this.handles);
  }
}

let spareWriter: ValueWriter | undefined;

/**
 * Turns a value into bytes: all that `structuredClone` takes but shared memory, as well as handles
 * and whole errors.
 *
 * A view brings only the bytes it shows, at offset 0, unless its buffer or another view of it is in
 * the value too, or the buffer is small (256 bytes) or resizable; then the whole buffer arrives, as
 * with `structuredClone`.
 *
 * @param options what to call it, and for whom it is
 * @returns the message; it lies in a buffer that the next `encode()` of this thread uses again
 * @throws {TypeError} if some part of the value cannot be sent; the message says which and why
 */
export function encode(value: unknown, options: EncodeOptions): Encoded {
  // A getter in the value may get here while the writer is in use.
  const writer = spareWriter ?? new ValueWriter();
  spareWriter = undefined;
  try {
    writer.destination = options.destination;
    writer.describe = options.describe;
    writer.isThrown = options.thrown === true;
    writer.message(value);
    return new EncodedMessage(
      writer.bytes,
      writer.at,
      writer.data.length > 0 ? writer.data : NO_DATA,
      writer.handles.length > 0 ? writer.handles : NO_HANDLES,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw error.toTypeError(options.root, options.to ?? "another process");
  } finally {
    writer.clear();
    spareWriter = writer;
  }
}

/**
 * Turns what was thrown into bytes; if it is no error, and cannot be sent, the error that says so.
 *
 * @param thrown what was thrown
 * @param options for whom it is
 * @returns the message, as of {@linkcode encode}
 */
export function encodeThrown(
  thrown: unknown,
  options: Omit<EncodeOptions, "root" | "thrown"> = {},
): Encoded {
  const asThrown = { ...options, root: "error", thrown: true };
  try {
    return encode(thrown, asThrown);
  } catch (problem) {
    try {
      return encode(problem, asThrown);
    } catch {
      return encode(errorOfLooking(), asThrown);
    }
  }
}

/** What stands for an error of which a trap or a getter throws what cannot be sent either. */
export function errorOfLooking(): TypeError {
  return new TypeError("Cannot send error: it throws when it is looked at");
}

function lengthOf(data: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of data) length += part.length;
  return length;
}
