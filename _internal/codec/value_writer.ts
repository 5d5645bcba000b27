import { BufferTable } from "./buffer_table.ts";
import * as format from "./format.ts";
import { nameOf, Refusal, step } from "./refusal.ts";
import { writeObject } from "./write_object.ts";

/** Names the parts of a container: its keys, a function of the position, or nothing for indices. */
export type Steps =
  | readonly string[]
  | ((index: number) => string)
  | undefined;

/** Keys that objects of this message have, and the number they are known by. */
interface Shape {
  readonly keys: readonly string[];
  readonly id: number;
  /** The shape that came after this one last time. */
  next: Shape | undefined;
}

const SCRATCH_BYTES = 8192;
const KEPT_SCRATCH_BYTES = 1 << 20;
/** The most that is written between two looks at the room left. */
const SMALL_PART_BYTES = 16;
// The first short strings stand where they belong, which is fastest for a small message. Many of
// them are faster in bundles.
const INLINE_BUDGET = 64;
// Up to here a search beats a Map, which must first give each object a hash.
const SEARCHED_OBJECTS = 128;
// Up to here listing the keys of an array is cheap enough.
const KEYED_ELEMENTS = 64;

const { getPrototypeOf, keys: keysOf, values: valuesOf } = Object;
const { isArray } = Array;

/** Writes one message at a time into a buffer that it keeps for the next. */
export class ValueWriter {
  #bytes = new Uint8Array(SCRATCH_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #flags = 0;
  #inline = 0;
  #text = "";
  #bundles: string[] = [];
  #seen: unknown[] = [];
  #ids: Map<unknown, number> | undefined;
  #shapes: Shape[] = [];
  #shape: Shape | undefined;
  #plainClass: object | null = null;
  #later: (() => void)[] = [];
  #encoder = new TextEncoder();

  /** Containers deeper than this are put off. */
  limit: number = format.MAX_DEPTH;
  /** The buffers whose bytes belong to the message. */
  readonly buffers: BufferTable = new BufferTable();
  /** The handles in the message. */
  handles: format.HandleLike[] = [];
  /** Given to each handle that describes itself. */
  destination: unknown;

  /** Begins with what has been written. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get byteLength(): number {
    return this.#at;
  }

  /** Writes a whole message, but for the bytes of its buffers. */
  message(value: unknown): void {
    this.#at = format.HEADER_BYTES;
    this.#inline = INLINE_BUDGET;
    this.list([value], 1, () => "", 0);
    for (let i = 0; i < this.#later.length; i++) this.#later[i]();
    const bodyEnd = this.#at;
    if (this.buffers.size > 0) {
      this.#flags |= format.HAS_BUFFERS;
      this.buffers.write(this);
    }
    if (this.#text !== "") this.#writeBundles();
    this.#bytes[0] = format.FORMAT | this.#flags;
    this.#view.setUint32(1, bodyEnd, true);
  }

  /** Forgets the message, whether or not it could be written. */
  clear(): void {
    this.#flags = 0;
    this.#text = "";
    this.#ids = undefined;
    this.#shape = undefined;
    this.#plainClass = null;
    this.limit = format.MAX_DEPTH;
    this.destination = undefined;
    if (this.#bundles.length > 0) this.#bundles = [];
    if (this.#seen.length > 0) this.#seen = [];
    if (this.#shapes.length > 0) this.#shapes = [];
    if (this.#later.length > 0) this.#later = [];
    if (this.handles.length > 0) this.handles = [];
    if (this.buffers.size > 0) this.buffers.truncate(0);
    if (this.#bytes.length > KEPT_SCRATCH_BYTES) this.#resize(SCRATCH_BYTES);
  }

  /** Writes the parts of a container, one after the other. */
  list(
    values: ArrayLike<unknown>,
    count: number,
    steps: Steps,
    depth: number,
  ): void {
    let bytes = this.#bytes;
    let at = this.#at;
    let i = 0;
    try {
      for (; i < count; i++) {
        if (at + SMALL_PART_BYTES > bytes.length) {
          this.#at = at;
          this.#reserve(SMALL_PART_BYTES);
          bytes = this.#bytes;
        }
        const value = values[i];
        if (typeof value === "number") {
          const int = value | 0;
          if (int !== value || (int === 0 && 1 / value < 0)) {
            bytes[at] = format.FLOAT64;
            this.#view.setFloat64(at + 1, value, true);
            at += 9;
          } else if (int >= -32 && int < 128) {
            bytes[at++] = int;
          } else if (int >= -32768 && int < 32768) {
            bytes[at] = format.INT16;
            bytes[at + 1] = int;
            bytes[at + 2] = int >> 8;
            at += 3;
          } else {
            bytes[at] = format.INT32;
            this.#view.setInt32(at + 1, int, true);
            at += 5;
          }
        } else if (typeof value === "string") {
          const length = value.length;
          if (
            this.#inline < 0 && length < format.BUNDLED_TEXT_TAGS &&
            this.#text.length + length <= format.BUNDLE_TEXT
          ) {
            bytes[at++] = format.BUNDLED_TEXT + length;
            this.#text += value;
          } else {
            this.#at = at;
            this.string(value);
            at = this.#at;
            bytes = this.#bytes;
          }
        } else if (value === true) {
          bytes[at++] = format.TRUE;
        } else if (value === false) {
          bytes[at++] = format.FALSE;
        } else if (value === null) {
          bytes[at++] = format.NULL;
        } else if (value === undefined) {
          bytes[at++] = format.UNDEFINED;
        } else {
          this.#at = at;
          if (typeof value === "object") this.#object(value, depth);
          else if (typeof value === "bigint") this.#bigint(value);
          else throw new Refusal(nameOf(value));
          at = this.#at;
          bytes = this.#bytes;
        }
      }
      this.#at = at;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw error.under(
        steps === undefined
          ? step(i)
          : typeof steps === "function"
          ? steps(i)
          : step(steps[i]),
      );
    }
  }

  /** Writes an object as its own enumerable properties. */
  fields(object: object, depth: number): void {
    if (depth > this.limit) {
      return this.later(format.KIND_OBJECT, () => this.fields(object, 0));
    }
    const keys = keysOf(object);
    const values = valuesOf(object);
    const before = this.#shape;
    let shape = before?.next;
    if (shape === undefined || !sameKeys(shape.keys, keys)) {
      shape = this.#shapes.find((known) => sameKeys(known.keys, keys));
    }
    if (shape !== undefined) {
      this.tag(format.OBJECT);
      this.#bytes[this.#at++] = shape.id;
    } else if (
      keys.length <= format.MAX_SHAPE_KEYS &&
      this.#shapes.length < format.MAX_SHAPES
    ) {
      shape = { keys, id: this.#shapes.length, next: undefined };
      this.#shapes.push(shape);
      this.tag(format.SHAPED_OBJECT);
      this.#keys(keys);
    } else {
      this.tag(format.LOOSE_OBJECT);
      this.#keys(keys);
    }
    if (shape !== undefined) {
      if (before !== undefined) before.next = shape;
      this.#shape = shape;
    }
    this.#values(keys, values, depth);
  }

  /** Writes a container when the rest is done, so that depth does not use up the stack. */
  later(kind: number, write: () => void): void {
    if (this.limit === format.MAX_ERROR_DEPTH) {
      throw new Refusal("a value nested so deeply");
    }
    this.tag(format.LATER);
    this.tag(kind);
    this.#later.push(() => {
      try {
        write();
      } catch (error) {
        throw error instanceof Refusal ? error.under("…") : error;
      }
    });
  }

  /**
   * Writes a part of an error. If that fails, nothing of it is left.
   *
   * @returns Whether it was written.
   */
  attempt(write: () => void): boolean {
    const limit = this.limit;
    const at = this.#at;
    const inline = this.#inline;
    const text = this.#text;
    const bundles = this.#bundles.length;
    const seen = this.#seen.length;
    const shapes = this.#shapes.length;
    const buffers = this.buffers.size;
    const handles = this.handles.length;
    this.limit = format.MAX_ERROR_DEPTH;
    try {
      write();
      return true;
    } catch {
      this.#at = at;
      this.#inline = inline;
      this.#text = text;
      this.#bundles.length = bundles;
      for (const object of this.#seen.splice(seen)) this.#ids?.delete(object);
      this.#shapes.length = shapes;
      for (const shape of this.#shapes) shape.next = undefined;
      this.#shape = undefined;
      this.buffers.truncate(buffers);
      this.handles.length = handles;
      return false;
    } finally {
      this.limit = limit;
    }
  }

  /** Writes an array in which what cannot be sent becomes undefined. */
  salvage(array: unknown[], depth: number): void {
    if (this.#isKnown(array)) return;
    this.tag(format.ARRAY);
    const { length } = array;
    this.count(length);
    for (let i = 0; i < length; i++) {
      const sent = this.attempt(() =>
        this.list([array[i]], 1, undefined, depth + 1)
      );
      if (!sent) this.tag(format.UNDEFINED);
    }
  }

  tag(tag: number): void {
    this.#reserve(SMALL_PART_BYTES);
    this.#bytes[this.#at++] = tag;
  }

  count(count: number): void {
    this.#reserve(SMALL_PART_BYTES);
    while (count > 127) {
      this.#bytes[this.#at++] = count % 128 + 128;
      count = Math.floor(count / 128);
    }
    this.#bytes[this.#at++] = count;
  }

  int32(value: number): void {
    this.#reserve(SMALL_PART_BYTES);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
  }

  string(text: string): void {
    const { length } = text;
    if (length > format.MAX_BUNDLED_TEXT) return this.#longText(text);
    this.#reserve(SMALL_PART_BYTES);
    if (length <= format.MAX_INLINE_TEXT && length <= this.#inline) {
      const bytes = this.#bytes;
      let at = this.#at;
      bytes[at++] = format.INLINE_TEXT + length;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0xff) break;
        bytes[at++] = code;
      }
      if (i === length) {
        this.#at = at;
        this.#inline -= length;
        return;
      }
    }
    // There is a bundle to be read in any case now, so let it hold the rest.
    this.#inline = -1;
    if (this.#text.length + length > format.BUNDLE_TEXT) {
      this.#bundles.push(this.#text);
      this.#text = "";
    }
    if (length < format.BUNDLED_TEXT_TAGS) {
      this.#bytes[this.#at++] = format.BUNDLED_TEXT + length;
    } else {
      this.#bytes[this.#at++] = format.BUNDLED_TEXT_8;
      this.#bytes[this.#at++] = length;
    }
    this.#text += text;
  }

  #object(object: object, depth: number): void {
    if (this.#isKnown(object)) return;
    if (isArray(object)) return this.#array(object, depth);
    const prototype = getPrototypeOf(object);
    if (
      prototype !== Object.prototype && prototype !== null &&
      prototype !== this.#plainClass
    ) {
      if (writeObject(this, object, depth)) return;
      this.#plainClass = prototype;
    }
    this.fields(object, depth);
  }

  /** Writes a reference if the object is in the message already, numbers it otherwise. */
  #isKnown(object: object): boolean {
    const seen = this.#seen;
    const id = this.#ids === undefined
      ? seen.indexOf(object)
      : this.#ids.get(object) ?? -1;
    if (id < 0) {
      this.#ids?.set(object, seen.length);
      if (seen.push(object) === SEARCHED_OBJECTS) {
        this.#ids ??= new Map(seen.map((object, id) => [object, id]));
      }
      return false;
    }
    this.#flags |= format.HAS_REFERENCES;
    this.tag(format.REFERENCE);
    this.count(id);
    return true;
  }

  #array(array: unknown[], depth: number): void {
    if (depth > this.limit) {
      return this.later(format.KIND_ARRAY, () => this.#array(array, 0));
    }
    const { length } = array;
    let values = array;
    let dense: boolean;
    if (length <= KEYED_ELEMENTS) {
      dense = isDense(keysOf(array), length);
    } else {
      values = valuesOf(array);
      dense = values.length === length &&
        (endsAlike(array, values) || isDense(keysOf(array), length));
    }
    this.tag(dense ? format.ARRAY : format.LOOSE_ARRAY);
    this.count(length);
    if (dense) return this.list(values, length, undefined, depth + 1);
    const keys = keysOf(array);
    this.#keys(keys);
    this.#values(keys, values === array ? valuesOf(array) : values, depth);
  }

  #keys(keys: readonly string[]): void {
    this.count(keys.length);
    for (const key of keys) this.string(key);
  }

  #values(
    keys: readonly string[],
    values: readonly unknown[],
    depth: number,
  ): void {
    if (keys.length !== values.length) {
      throw new Refusal("an object that changes while it is read");
    }
    this.list(values, values.length, keys, depth + 1);
  }

  #bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.tag(format.BIGINT64);
      this.#view.setBigInt64(this.#at, value, true);
      this.#at += 8;
    } else {
      this.tag(format.BIGINT);
      this.string(value.toString(16));
    }
  }

  #longText(text: string): void {
    this.#reserve(SMALL_PART_BYTES);
    const start = this.#at + 5;
    const wide = !text.isWellFormed();
    this.#bytes[this.#at] = wide ? format.LONG_TEXT_16 : format.LONG_TEXT;
    this.#at = start;
    if (wide) this.#utf16(text);
    else this.#utf8(text);
    this.#view.setUint32(start - 4, this.#at - start, true);
  }

  #writeBundles(): void {
    for (const text of [...this.#bundles, this.#text]) {
      this.#reserve(SMALL_PART_BYTES);
      const start = this.#at + 2;
      const wide = !text.isWellFormed();
      this.#at = start;
      if (wide) this.#utf16(text);
      else this.#utf8(text);
      const length = this.#at - start;
      this.#view.setUint16(start - 2, length * 2 + (wide ? 1 : 0), true);
    }
  }

  #utf8(text: string): void {
    // Most text is ASCII: only where it turns out not to be is there need for more room.
    for (let rest = text, unit = 1; rest !== ""; unit = 3) {
      this.#reserve(rest.length * unit);
      const room = this.#bytes.subarray(this.#at);
      const { read, written } = this.#encoder.encodeInto(rest, room);
      this.#at += written;
      rest = read === rest.length ? "" : rest.slice(read);
    }
  }

  #utf16(text: string): void {
    this.#reserve(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#bytes[this.#at++] = code;
      this.#bytes[this.#at++] = code >> 8;
    }
  }

  #reserve(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const written = this.#bytes.subarray(0, this.#at);
    this.#resize(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.set(written);
  }

  #resize(size: number): void {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** Whether these are the keys of an array without holes and without other properties. */
function isDense(keys: readonly string[], length: number): boolean {
  return keys.length === length &&
    (length === 0 || Number(keys[length - 1]) === length - 1);
}

/**
 * Whether the last value is the last element. With as many holes as other properties it is one of
 * those. Only if that is equal to the last element besides are they confused.
 */
function endsAlike(array: unknown[], values: unknown[]): boolean {
  const last = array.length - 1;
  const property = Object.getOwnPropertyDescriptor(array, last);
  return property !== undefined && "value" in property &&
    Object.is(property.value, values[last]);
}
