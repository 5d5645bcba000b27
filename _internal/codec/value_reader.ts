import { ByteReader, type KnownShape } from "./byte_reader.ts";
import * as format from "./format.ts";
import { malformed } from "./format.ts";
import { bytesPerNumber, unpackNumbers } from "./number_list.ts";
import { readObject } from "./read_object.ts";

/** Makes a working object of the description of a handle. */
export type Revive = (description: format.HandleDescription) => object;

interface ReceivedBuffer {
  /** Where its bytes began in the sender's buffer. */
  readonly start: number;
  readonly length: number;
  /** How far it may grow, or -1 if its length is fixed. */
  readonly maxLength: number;
  /** Where its bytes are, counted from where those of the first one are. */
  readonly at: number;
  buffer: ArrayBuffer | undefined;
}

interface Postponed {
  readonly kind: number;
  readonly container: object;
}

// A sender does not go deeper than the limit for errors by more than these few levels.
const MAX_DEPTH = format.MAX_ERROR_DEPTH + 4;

/** Reads one message, trusting nothing in it. */
export class ValueReader extends ByteReader {
  readonly revive: Revive | undefined;
  #references: unknown[] | undefined;
  #shapes: KnownShape[] | undefined;
  #buffers: ReceivedBuffer[] | undefined;
  #dataAt = 0;
  #later: Postponed[] | undefined;
  /** The container that has been promised in place of the next. */
  #promised: object | undefined;

  constructor(bytes: Uint8Array, revive: Revive | undefined) {
    super(bytes);
    this.revive = revive;
  }

  message(): unknown {
    const flags = this.byte() ^ format.FORMAT;
    if (flags > (format.HAS_REFERENCES | format.HAS_BUFFERS)) {
      malformed("it is of another format");
    }
    const end = (this.int16() & 0xffff) + (this.int16() & 0xffff) * 0x10000;
    if (end > this.end) malformed("it is cut short");
    if ((flags & format.HAS_BUFFERS) !== 0) this.#dataTable(end);
    else this.setBundles(end, this.end);
    if ((flags & format.HAS_REFERENCES) !== 0) this.#references = [];
    this.at = format.HEADER_BYTES;
    this.end = end;
    const value = this.value(0);
    if (this.#later !== undefined) this.#postponed(this.#later);
    if (!this.isAtEnd) malformed("there is more of it than its value needs");
    return value;
  }

  value(depth: number): unknown {
    const tag = this.byte();
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 256;
    if (tag < format.BUNDLED_TEXT) {
      return this.inlineText(tag - format.INLINE_TEXT);
    }
    if (tag < format.NULL) return this.bundledText(tag - format.BUNDLED_TEXT);
    if (depth > MAX_DEPTH) malformed("it is nested too deeply");
    switch (tag) {
      case format.NULL:
        return null;
      case format.FALSE:
        return false;
      case format.TRUE:
        return true;
      case format.UNDEFINED:
        return undefined;
      case format.INT16:
        return this.int16();
      case format.INT32:
        return this.int32();
      case format.FLOAT64:
        return this.float64();
      case format.BIGINT64:
        return this.bigint64();
      case format.BUNDLED_TEXT_8:
        return this.bundledText(this.byte());
      case format.LONG_TEXT:
        return this.longText(false);
      case format.LONG_TEXT_16:
        return this.longText(true);
      case format.REFERENCE:
        return this.#reference();
      case format.LATER:
        return this.#postpone();
      case format.ARRAY:
        return this.#array(depth);
      case format.LOOSE_ARRAY:
        return this.#looseArray(depth);
      case format.NUMBERS:
        return this.#numberArray();
      case format.OBJECT:
        return this.#object(this.#knownShape(), depth);
      case format.SHAPED_OBJECT:
        return this.#object(this.#newShape(), depth);
      case format.LOOSE_OBJECT:
        return this.#looseObject(depth);
      default:
        return readObject(this, tag, depth);
    }
  }

  string(): string {
    const value = this.value(MAX_DEPTH);
    if (typeof value !== "string") malformed("a string is missing");
    return value;
  }

  /** Gives the object its number, or returns the container that was promised in its place. */
  adopt<T extends object>(object: T): T {
    if (this.#promised !== undefined) {
      const promised = this.#promised as T;
      this.#promised = undefined;
      return promised;
    }
    if (this.#references !== undefined) this.#references.push(object);
    return object;
  }

  /** Takes the next number, for an object that is made of parts which are numbered after it. */
  reserve(): <T extends object>(object: T) => T {
    const references = this.#references;
    if (references === undefined) return (object) => object;
    const number = references.push(undefined) - 1;
    return (object) => references[number] = object;
  }

  /** Copies a buffer out of the message, the first time it is asked for. */
  buffer(number: number): { buffer: ArrayBuffer; start: number } {
    const received = this.#buffers?.[number];
    if (received === undefined) malformed("a buffer is missing");
    const { start, length, maxLength } = received;
    if (received.buffer === undefined) {
      const at = this.#dataAt + received.at;
      if (maxLength < 0) {
        const copy = this.bytes.slice(at, at + length);
        received.buffer = copy.buffer as ArrayBuffer;
      } else {
        received.buffer = new ArrayBuffer(length, { maxByteLength: maxLength });
        new Uint8Array(received.buffer).set(
          this.bytes.subarray(at, at + length),
        );
      }
    }
    return { buffer: received.buffer, start };
  }

  #array(depth: number): unknown[] {
    const length = this.size(1);
    const array = this.adopt<unknown[]>([]);
    for (let i = 0; i < length; i++) array.push(this.value(depth + 1));
    return array;
  }

  #numberArray(): unknown[] {
    const kind = this.byte();
    const width = bytesPerNumber(kind);
    if (width === undefined) malformed("its numbers are of no known kind");
    const length = this.size(width) * width;
    const start = this.skip(length);
    // A copy, because another process may still write to where the bytes are.
    const copy = this.bytes.slice(start, start + length);
    const numbers = unpackNumbers(kind, copy as Uint8Array<ArrayBuffer>);
    const array = this.adopt<unknown[]>(numbers);
    if (array !== numbers) { for (const number of numbers) array.push(number); }
    return array;
  }

  #looseArray(depth: number): unknown[] {
    const length = this.count();
    if (length > 0xffffffff) malformed("an array is too long");
    const keys = this.#keys();
    const array = this.adopt<unknown[]>([]);
    // The longest arrays have no memory set aside for holes, and keep to that when cut.
    if (length > keys.length * 8 + 64) array.length = 0xffffffff;
    array.length = length;
    for (const key of keys) {
      if (key === "length") malformed("an array has two lengths");
      define(array, key, this.value(depth + 1));
    }
    if (array.length !== length) malformed("an array is too short");
    return array;
  }

  #object({ keys, delicate }: KnownShape, depth: number): object {
    const object = this.adopt<Record<string, unknown>>({});
    for (let i = 0; i < keys.length; i++) {
      const value = this.value(depth + 1);
      if (delicate) define(object, keys[i], value);
      else object[keys[i]] = value;
    }
    return object;
  }

  #looseObject(depth: number): object {
    const keys = this.#keys();
    const object = this.adopt<Record<string, unknown>>({});
    // Without a prototype, assignments reach nothing but the object itself.
    Object.setPrototypeOf(object, null);
    for (const key of keys) object[key] = this.value(depth + 1);
    return Object.setPrototypeOf(object, Object.prototype);
  }

  #knownShape(): KnownShape {
    return this.#shapes?.[this.byte()] ?? malformed("a shape is missing");
  }

  #newShape(): KnownShape {
    const shape = this.shape();
    this.#shapes ??= [];
    this.#shapes.push(shape);
    return shape;
  }

  #keys(): string[] {
    const keys: string[] = [];
    for (let left = this.size(1); left > 0; left--) keys.push(this.string());
    return keys;
  }

  #reference(): unknown {
    const number = this.count();
    const references = this.#references;
    if (references === undefined || number >= references.length) {
      malformed("a part is missing");
    }
    return references[number] ?? malformed("a part is missing");
  }

  #postpone(): object {
    const kind = this.byte();
    if (kind > format.KIND_SET) malformed("a part is of no known kind");
    const container = kind === format.KIND_OBJECT
      ? {}
      : kind === format.KIND_ARRAY
      ? []
      : kind === format.KIND_MAP
      ? new Map()
      : new Set();
    this.#later ??= [];
    this.#later.push({ kind, container });
    return this.adopt(container);
  }

  #postponed(later: readonly Postponed[]): void {
    for (const { kind, container } of later) {
      if (this.at === this.end || kindOf(this.bytes[this.at]) !== kind) {
        malformed("a part is of another kind");
      }
      this.#promised = container;
      this.value(0);
    }
  }

  #dataTable(at: number): void {
    this.at = at;
    this.#buffers = [];
    let total = 0;
    let reserved = 0;
    for (let left = this.size(3); left > 0; left--) {
      const start = this.count();
      const length = this.count();
      const maxLength = this.count() - 1;
      if (maxLength >= 0) {
        reserved += maxLength;
        if (maxLength < length || reserved > format.MAX_RESERVED_BYTES) {
          malformed("a buffer may not grow like that");
        }
      }
      const buffer = { start, length, maxLength, at: total, buffer: undefined };
      this.#buffers.push(buffer);
      total += length;
    }
    this.#dataAt = this.end - total;
    this.setBundles(this.at, this.#dataAt);
  }
}

function kindOf(tag: number): number {
  switch (tag) {
    case format.OBJECT:
    case format.SHAPED_OBJECT:
    case format.LOOSE_OBJECT:
      return format.KIND_OBJECT;
    case format.ARRAY:
    case format.LOOSE_ARRAY:
    case format.NUMBERS:
      return format.KIND_ARRAY;
    case format.MAP:
      return format.KIND_MAP;
    case format.SET:
      return format.KIND_SET;
    default:
      return -1;
  }
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
