import { ByteWriter } from "./byte_writer.ts";
import * as format from "./format.ts";
import { isDense } from "./is_dense.ts";
import { packNumbers } from "./number_list.ts";
import { nameOf, noStep, Refusal, step } from "./refusal.ts";
import { BufferTable, ObjectTable, ShapeTable } from "./tables.ts";
import { isHandle, writeHandle, writeObject } from "./write_object.ts";

/** Names the parts of a container: its keys, a function of the position, or nothing for indices. */
export type Steps =
  | readonly string[]
  | ((index: number) => string)
  | undefined;

// Up to here listing the keys of an array is cheap enough.
const KEYED_ELEMENTS = 64;

const { getPrototypeOf, keys: keysOf, values: valuesOf } = Object;
const { isArray } = Array;
const { includes } = Array.prototype;

/** Writes one message after the other, each of them all but the bytes of its buffers. */
export class ValueWriter extends ByteWriter {
  /** The buffers whose bytes belong to the message. */
  readonly buffers: BufferTable = new BufferTable();
  /** The bytes that belong to the message, when it is written. */
  data: readonly Uint8Array[] = [];
  /** The handles in the message. */
  handles: format.HandleLike[] = [];
  /** Given to each handle that describes itself. */
  destination: unknown;
  /** Describes each handle, if they do not themselves. */
  describe:
    | ((handle: format.HandleLike) => format.HandleDescription)
    | undefined;
  /** Whether errors are written without what cannot be sent of them. */
  isThrown: boolean = false;
  /** Containers deeper than this are put off. */
  limit: number = format.MAX_DEPTH;

  readonly #objects = new ObjectTable();
  readonly #shapes = new ShapeTable();
  #hasReferences = false;
  #later: (() => void)[] = [];
  /** Prototypes whose objects are nothing but their properties. */
  readonly #plain = new WeakSet<object>();

  message(value: unknown): void {
    this.begin();
    this.list([value], 1, noStep, 0);
    for (let i = 0; i < this.#later.length; i++) this.#later[i]();
    const bodyEnd = this.at;
    if (bodyEnd > 0xffffffff) throw new Refusal("a value of more than 4 GiB");
    let head = format.FORMAT;
    if (this.#hasReferences) head |= format.HAS_REFERENCES;
    if (this.buffers.size > 0) {
      head |= format.HAS_BUFFERS;
      this.#dataTable();
    }
    this.bundles();
    this.bytes[0] = head;
    this.view.setUint32(1, bodyEnd, true);
  }

  /** Forgets the message, whether or not it could be written. */
  override clear(): void {
    super.clear();
    this.#objects.clear();
    this.#shapes.clear();
    this.#hasReferences = false;
    this.limit = format.MAX_DEPTH;
    this.destination = undefined;
    this.describe = undefined;
    this.isThrown = false;
    if (this.#later.length > 0) this.#later = [];
    if (this.handles.length > 0) this.handles = [];
    if (this.data.length > 0) this.data = [];
    if (this.buffers.size > 0) this.buffers.truncate(0);
  }

  /** Writes the parts of a container, one after the other. */
  list(
    values: ArrayLike<unknown>,
    count: number,
    steps: Steps,
    depth: number,
  ): void {
    let { bytes, at } = this;
    let i = 0;
    try {
      for (; i < count; i++) {
        if (at + format.SMALL_PART_BYTES > bytes.length) {
          this.at = at;
          this.reserve(format.SMALL_PART_BYTES);
          bytes = this.bytes;
        }
        const value = values[i];
        if (typeof value === "number") {
          const int = value | 0;
          if (int !== value || (int === 0 && 1 / value < 0)) {
            bytes[at] = format.FLOAT64;
            this.view.setFloat64(at + 1, value, true);
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
            this.view.setInt32(at + 1, int, true);
            at += 5;
          }
        } else if (typeof value === "string") {
          const { length } = value;
          if (
            this.inline < 0 && length < format.BUNDLED_TEXT_TAGS &&
            this.text.length + length <= format.BUNDLE_TEXT
          ) {
            bytes[at++] = format.BUNDLED_TEXT + length;
            this.text += value;
          } else {
            this.at = at;
            this.string(value);
            ({ bytes, at } = this);
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
          this.at = at;
          if (typeof value === "object") this.#object(value, depth);
          else this.#other(value);
          ({ bytes, at } = this);
        }
      }
      this.at = at;
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

  /** Writes an array in which what cannot be sent becomes undefined. */
  salvage(array: unknown[], depth: number): void {
    if (this.#isKnown(array)) return;
    const { length } = array;
    this.tag(format.ARRAY);
    this.count(length);
    for (let i = 0; i < length; i++) {
      const write = () => this.list([array[i]], 1, noStep, depth + 1);
      if (!this.attempt(write)) this.tag(format.UNDEFINED);
    }
  }

  /**
   * Writes a part of an error that was thrown. If that fails, nothing of it is left.
   *
   * @returns whether it was written
   */
  attempt(write: () => void): boolean {
    const { limit } = this;
    const mark = this.mark();
    const objects = this.#objects.size;
    const shapes = this.#shapes.size;
    const buffers = this.buffers.size;
    const handles = this.handles.length;
    this.limit = format.MAX_ERROR_DEPTH;
    try {
      write();
      return true;
    } catch {
      this.rewind(mark);
      this.#objects.truncate(objects);
      this.#shapes.truncate(shapes);
      this.buffers.truncate(buffers);
      this.handles.length = handles;
      return false;
    } finally {
      this.limit = limit;
    }
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

  #object(object: object, depth: number): void {
    if (this.#isKnown(object)) return;
    if (isArray(object)) return this.#array(object, depth);
    // Asking for the prototype takes three times as long.
    if (object.constructor !== Object) {
      if (isHandle(object)) return writeHandle(this, object);
      const prototype = getPrototypeOf(object);
      if (
        prototype !== Object.prototype && prototype !== null &&
        !this.#plain.has(prototype)
      ) {
        if (writeObject(this, object, depth)) return;
        this.#plain.add(prototype);
      }
    }
    this.#fields(object, depth);
  }

  /** Writes a reference if the object is in the message already. */
  #isKnown(object: object): boolean {
    const number = this.#objects.add(object);
    if (number < 0) return false;
    this.#hasReferences = true;
    this.tag(format.REFERENCE);
    this.count(number);
    return true;
  }

  #fields(object: object, depth: number): void {
    if (depth > this.limit) {
      return this.later(format.KIND_OBJECT, () => this.#fields(object, 0));
    }
    let shape = this.#shapes.guess(object);
    let keys = shape?.keys ?? keysOf(object);
    const values = valuesOf(object);
    if (shape === undefined || keys.length !== values.length) {
      if (shape !== undefined) keys = keysOf(object);
      shape = this.#shapes.find(keys);
    }
    if (shape !== undefined) {
      this.tag(format.OBJECT);
      this.bytes[this.at++] = shape.number;
    } else if (this.#shapes.add(keys)) {
      this.tag(format.SHAPED_OBJECT);
      this.#shortKeys(keys);
    } else {
      this.tag(format.LOOSE_OBJECT);
      this.#keys(keys);
    }
    this.#values(keys, values, depth);
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
      if (values.length === length && this.#numbers(array)) return;
      // As many values as elements may also be holes and as many other properties.
      dense = values.length === length &&
        (!includes.call(array, undefined) || isDense(keysOf(array), length));
    }
    this.tag(dense ? format.ARRAY : format.LOOSE_ARRAY);
    this.count(length);
    if (dense) return this.list(values, length, undefined, depth + 1);
    const keys = keysOf(array);
    this.#keys(keys);
    this.#values(keys, values === array ? valuesOf(array) : values, depth);
  }

  /** Writes an array, if it holds nothing but numbers. */
  #numbers(array: readonly unknown[]): boolean {
    const packed = packNumbers(array);
    if (packed === undefined) return false;
    const { kind, bytes } = packed;
    this.tag(format.NUMBERS);
    this.bytes[this.at++] = kind;
    this.count(array.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return true;
  }

  /** Writes the keys of a shape, such that their bytes identify it. */
  #shortKeys(keys: readonly string[]): void {
    this.reserve(format.MAX_SHAPE_BYTES + format.SMALL_PART_BYTES);
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    for (const key of keys) {
      bytes[at++] = key.length;
      for (let i = 0; i < key.length; i++) bytes[at++] = key.charCodeAt(i);
    }
    bytes[start - 1] = at - start;
    this.at = at;
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

  #other(value: unknown): void {
    if (typeof value === "bigint") return this.bigint(value);
    if (typeof value !== "function" || !isHandle(value)) {
      throw new Refusal(nameOf(value));
    }
    if (!this.#isKnown(value)) writeHandle(this, value);
  }

  #dataTable(): void {
    this.data = this.buffers.parts();
    this.count(this.data.length);
    for (const { buffer, byteOffset, length } of this.data) {
      const resizable = buffer instanceof ArrayBuffer && buffer.resizable;
      this.count(byteOffset);
      this.count(length);
      this.count(resizable ? buffer.maxByteLength + 1 : 0);
    }
  }
}
