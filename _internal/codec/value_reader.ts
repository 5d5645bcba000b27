import * as format from "./format.ts";
import { malformed } from "./format.ts";
import { readObject } from "./read_object.ts";

/** Turns the description of a handle into a working object. */
export type Revive = (description: format.HandleDescription) => object;

/** A buffer of the message. */
interface BufferEntry {
  /** Where its bytes began in the sender's buffer. */
  readonly start: number;
  readonly length: number;
  /** How far it may grow, or -1 if its length is fixed. */
  readonly maxLength: number;
  /** Where its bytes are in the message. */
  readonly at: number;
  buffer: ArrayBuffer | undefined;
}

interface Shape {
  readonly keys: readonly string[];
  /** Some key cannot be relied on to be a property of its own by assignment. */
  readonly delicate: boolean;
}

const MAX_DEPTH = format.MAX_ERROR_DEPTH + 4;
const TEXT_SCRATCH_BYTES = 8192;
const { fromCharCode } = String;

let textScratch: Uint8Array<ArrayBuffer> | undefined;
let textDecoder: TextDecoder | undefined;

/** Reads one message, trusting nothing in it. */
export class ValueReader {
  readonly revive: Revive | undefined;
  readonly #bytes: Uint8Array;
  #view: DataView | undefined;
  #at = 0;
  #end = 0;
  #text = "";
  #textAt = 0;
  #bundlesAt = 0;
  #bundlesEnd = 0;
  #references: unknown[] | undefined;
  #shapes: Shape[] | undefined;
  #buffers: BufferEntry[] | undefined;
  #later: { kind: number; container: object }[] | undefined;
  /** The container made earlier for what is read next. */
  #awaiting: object | undefined;

  constructor(bytes: Uint8Array, revive: Revive | undefined) {
    this.#bytes = bytes;
    this.revive = revive;
  }

  /** Reads the whole message. */
  message(): unknown {
    const bytes = this.#bytes;
    if (bytes.length < format.HEADER_BYTES) malformed("it is cut short");
    const flags = bytes[0] ^ format.FORMAT;
    if (flags > (format.HAS_REFERENCES | format.HAS_BUFFERS)) {
      malformed("it is of another format");
    }
    const end = (bytes[1] | bytes[2] << 8 | bytes[3] << 16 | bytes[4] << 24) >>>
      0;
    if (end > bytes.length) malformed("it is cut short");
    this.#bundlesAt = end;
    this.#bundlesEnd = bytes.length;
    if ((flags & format.HAS_BUFFERS) !== 0) this.#readBuffers(end);
    if ((flags & format.HAS_REFERENCES) !== 0) this.#references = [];
    this.#at = format.HEADER_BYTES;
    this.#end = end;
    const value = this.value(0);
    if (this.#later !== undefined) this.#readLater(this.#later);
    if (
      this.#at !== end || this.#textAt !== this.#text.length ||
      this.#bundlesAt !== this.#bundlesEnd
    ) {
      malformed("there is more of it than its value needs");
    }
    return value;
  }

  value(depth: number): unknown {
    if (this.#at >= this.#end) malformed("it is cut short");
    const tag = this.#bytes[this.#at++];
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 256;
    if (tag < format.BUNDLED_TEXT) {
      return this.#inlineText(tag - format.INLINE_TEXT);
    }
    if (tag < format.NULL) return this.#bundledText(tag - format.BUNDLED_TEXT);
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
        return this.#numbers(2).getInt16(this.#at - 2, true);
      case format.INT32:
        return this.#numbers(4).getInt32(this.#at - 4, true);
      case format.FLOAT64:
        return this.#numbers(8).getFloat64(this.#at - 8, true);
      case format.BIGINT64:
        return this.#numbers(8).getBigInt64(this.#at - 8, true);
      case format.BUNDLED_TEXT_8:
        return this.#bundledText(this.byte());
      case format.LONG_TEXT:
        return this.#longText(false);
      case format.LONG_TEXT_16:
        return this.#longText(true);
      case format.REFERENCE:
        return this.#reference();
      case format.LATER:
        return this.#postpone();
      case format.ARRAY:
        return this.#array(depth);
      case format.LOOSE_ARRAY:
        return this.#looseArray(depth);
      case format.OBJECT:
        return this.#object(this.#shape(), depth);
      case format.SHAPED_OBJECT:
        return this.#object(this.#newShape(), depth);
      case format.LOOSE_OBJECT:
        return this.#object(shapeOf(this.#keys()), depth);
      default:
        return readObject(this, tag, depth);
    }
  }

  byte(): number {
    if (this.#at >= this.#end) malformed("it is cut short");
    return this.#bytes[this.#at++];
  }

  count(): number {
    let count = 0;
    for (let unit = 1; unit <= 2 ** 49; unit *= 128) {
      const byte = this.byte();
      count += (byte & 127) * unit;
      if (byte < 128) return count;
    }
    malformed("a count is too large");
  }

  /** Reads how many parts follow, each of which takes so many bytes or more. */
  size(bytesEach = 1): number {
    const size = this.count();
    if (size * bytesEach > this.#end - this.#at) malformed("it is cut short");
    return size;
  }

  int32(): number {
    return this.#numbers(4).getInt32(this.#at - 4, true);
  }

  string(): string {
    const value = this.value(MAX_DEPTH);
    if (typeof value !== "string") malformed("a string is missing");
    return value;
  }

  /** Gives the object its number, or returns the one that was promised in its place. */
  adopt<T extends object>(object: T): T {
    if (this.#awaiting !== undefined) {
      object = this.#awaiting as T;
      this.#awaiting = undefined;
    } else if (this.#references !== undefined) {
      this.#references.push(object);
    }
    return object;
  }

  /** Copies a buffer out of the message, when it is first asked for. */
  buffer(index: number): { buffer: ArrayBuffer; start: number } {
    const entry = this.#buffers?.[index];
    if (entry === undefined) malformed("a buffer is missing");
    const { start, length, maxLength, at } = entry;
    if (entry.buffer === undefined) {
      const bytes = this.#bytes;
      if (maxLength < 0) {
        entry.buffer = bytes.slice(at, at + length).buffer as ArrayBuffer;
      } else {
        entry.buffer = new ArrayBuffer(length, { maxByteLength: maxLength });
        new Uint8Array(entry.buffer).set(bytes.subarray(at, at + length));
      }
    }
    return { buffer: entry.buffer, start };
  }

  #array(depth: number): unknown[] {
    const length = this.size();
    const array = this.adopt<unknown[]>([]);
    for (let i = 0; i < length; i++) array.push(this.value(depth + 1));
    return array;
  }

  #looseArray(depth: number): unknown[] {
    const length = this.count();
    if (length > 0xffffffff) malformed("an array is too long");
    const keys = this.#keys();
    const array = this.adopt<unknown[]>([]);
    // The longest arrays have no memory set aside for holes, and that outlasts a shorter length.
    if (length > keys.length * 8 + 64) array.length = 0xffffffff;
    array.length = length;
    for (const key of keys) {
      const value = this.value(depth + 1);
      if (key === "length") malformed("an array has two lengths");
      define(array, key, value);
    }
    if (array.length !== length) malformed("an array is longer than it is");
    return array;
  }

  #object(shape: Shape, depth: number): object {
    const { keys } = shape;
    const object = this.adopt<Record<string, unknown>>({});
    if (shape.delicate) {
      for (const key of keys) define(object, key, this.value(depth + 1));
    } else {
      for (let i = 0; i < keys.length; i++) {
        object[keys[i]] = this.value(depth + 1);
      }
    }
    return object;
  }

  #shape(): Shape {
    return this.#shapes?.[this.byte()] ?? malformed("a shape is missing");
  }

  #newShape(): Shape {
    const shape = shapeOf(this.#keys());
    this.#shapes ??= [];
    this.#shapes.push(shape);
    return shape;
  }

  #keys(): string[] {
    const keys: string[] = [];
    for (let left = this.size(); left > 0; left--) keys.push(this.string());
    return keys;
  }

  #reference(): unknown {
    const references = this.#references;
    const id = this.count();
    if (references === undefined || id >= references.length) {
      malformed("a part is missing");
    }
    return references[id];
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
    this.adopt(container);
    this.#later ??= [];
    this.#later.push({ kind, container });
    return container;
  }

  #readLater(later: readonly { kind: number; container: object }[]): void {
    for (const { kind, container } of later) {
      const tag = this.#at < this.#end ? this.#bytes[this.#at] : 0;
      if (kindOf(tag) !== kind) malformed("a part is of another kind");
      this.#awaiting = container;
      this.value(0);
    }
  }

  #readBuffers(at: number): void {
    this.#at = at;
    this.#end = this.#bytes.length;
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
      this.#buffers.push({
        start,
        length,
        maxLength,
        at: total,
        buffer: undefined,
      });
      total += length;
    }
    this.#bundlesAt = this.#at;
    this.#bundlesEnd = this.#end - total;
    if (this.#bundlesEnd < this.#bundlesAt) malformed("it is cut short");
    this.#buffers = this.#buffers.map((entry) => ({
      ...entry,
      at: this.#bundlesEnd + entry.at,
    }));
  }

  /** Steps over a number of so many bytes. */
  #numbers(size: number): DataView {
    this.#at += size;
    if (this.#at > this.#end) malformed("it is cut short");
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return this.#view ??= new DataView(buffer, byteOffset, byteLength);
  }

  #inlineText(length: number): string {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#end) malformed("it is cut short");
    return latin1(this.#bytes, at, length);
  }

  #bundledText(length: number): string {
    if (this.#textAt === this.#text.length && length > 0) this.#nextBundle();
    const start = this.#textAt;
    this.#textAt += length;
    if (this.#textAt > this.#text.length) malformed("its text is cut short");
    return this.#text.substring(start, this.#textAt);
  }

  #nextBundle(): void {
    const at = this.#bundlesAt + 2;
    if (at > this.#bundlesEnd) malformed("its text is cut short");
    const header = this.#bytes[at - 2] | this.#bytes[at - 1] << 8;
    const end = at + (header >> 1);
    if (end > this.#bundlesEnd) malformed("its text is cut short");
    this.#bundlesAt = end;
    this.#text = decodeText(this.#bytes, at, end, (header & 1) === 1);
    this.#textAt = 0;
  }

  #longText(wide: boolean): string {
    const length = this.int32() >>> 0;
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#end) malformed("it is cut short");
    return decodeText(this.#bytes, at, this.#at, wide);
  }
}

/** Adds a property that is the object's own, whatever its name. */
export function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function shapeOf(keys: readonly string[]): Shape {
  return { keys, delicate: keys.some((key) => key in Object.prototype) };
}

function kindOf(tag: number): number {
  switch (tag) {
    case format.OBJECT:
    case format.SHAPED_OBJECT:
    case format.LOOSE_OBJECT:
      return format.KIND_OBJECT;
    case format.ARRAY:
    case format.LOOSE_ARRAY:
      return format.KIND_ARRAY;
    case format.MAP:
      return format.KIND_MAP;
    case format.SET:
      return format.KIND_SET;
    default:
      return -1;
  }
}

function latin1(bytes: Uint8Array, at: number, length: number): string {
  switch (length) {
    case 0:
      return "";
    case 1:
      return fromCharCode(bytes[at]);
    case 2:
      return fromCharCode(bytes[at], bytes[at + 1]);
    case 3:
      return fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2]);
    case 4:
      return fromCharCode(
        bytes[at],
        bytes[at + 1],
        bytes[at + 2],
        bytes[at + 3],
      );
    default:
      return latin1(bytes, at, 4) + latin1(bytes, at + 4, length - 4);
  }
}

function decodeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  wide: boolean,
): string {
  if (wide) return utf16(bytes, start, end);
  // A copy, because another process may still write where the bytes are.
  let copy: Uint8Array;
  if (end - start > TEXT_SCRATCH_BYTES) {
    copy = bytes.slice(start, end);
  } else {
    textScratch ??= new Uint8Array(TEXT_SCRATCH_BYTES);
    textScratch.set(bytes.subarray(start, end));
    copy = textScratch.subarray(0, end - start);
  }
  textDecoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return textDecoder.decode(copy);
}

function utf16(bytes: Uint8Array, start: number, end: number): string {
  if ((end - start) % 2 !== 0) malformed("its text is cut short");
  let text = "";
  const units: number[] = [];
  for (let at = start; at < end; at += 2) {
    units.push(bytes[at] | bytes[at + 1] << 8);
    if (units.length === 4096 || at + 2 === end) {
      text += fromCharCode(...units);
      units.length = 0;
    }
  }
  return text;
}
