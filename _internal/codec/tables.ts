import * as format from "./format.ts";
import { Refusal } from "./refusal.ts";

// Up to here a search beats a Set, which must first give each object a hash.
const SEARCHED_OBJECTS = 256;
// So many are forgotten one by one, which leaves the list its memory.
const FEW_OBJECTS = 16;
// A buffer as small as this is sent whole: its views then arrive with the offsets they had.
const SMALL_BUFFER_BYTES = 256;

/** Numbers the objects of a message, so that it can name again those it holds already. */
export class ObjectTable {
  #objects: unknown[] = [];
  #set: Set<unknown> | undefined;
  #numbers: Map<unknown, number> | undefined;

  get size(): number {
    return this.#objects.length;
  }

  /** Adds an object. Returns -1 if it is new, else its number. */
  add(object: object): number {
    const objects = this.#objects;
    let number = -1;
    if (this.#numbers !== undefined) {
      number = this.#numbers.get(object) ?? -1;
      if (number < 0) this.#numbers.set(object, objects.length);
    } else if (this.#set !== undefined) {
      this.#set.add(object);
      if (this.#set.size === objects.length) {
        // Only now that an object has come back is a number wanted.
        this.#numbers = new Map(objects.map((object, i) => [object, i]));
        number = this.#numbers.get(object)!;
      }
    } else {
      number = objects.indexOf(object);
      if (number < 0 && objects.length === SEARCHED_OBJECTS) {
        this.#set = new Set(objects).add(object);
      }
    }
    if (number < 0) objects.push(object);
    return number;
  }

  /** Keeps only the first so many objects. */
  truncate(size: number): void {
    for (const object of this.#objects.splice(size)) {
      this.#set?.delete(object);
      this.#numbers?.delete(object);
    }
  }

  clear(): void {
    if (this.#objects.length > FEW_OBJECTS) this.#objects = [];
    while (this.#objects.length > 0) this.#objects.pop();
    this.#set = undefined;
    this.#numbers = undefined;
  }
}

/** Keys that objects of a message have, and the number they are known by. */
export interface Shape {
  readonly keys: readonly string[];
  readonly number: number;
  /** The shape that came after this one last time. */
  next: Shape | undefined;
}

/** Numbers the shapes of a message. */
export class ShapeTable {
  #shapes: Shape[] = [];
  #last: Shape | undefined;

  get size(): number {
    return this.#shapes.length;
  }

  /**
   * Tells whether the object has the shape that came after the last one before. It may also inherit
   * some of the keys.
   */
  guess(object: object): Shape | undefined {
    const next = this.#last?.next;
    if (next === undefined) return undefined;
    const { keys } = next;
    let i = 0;
    for (const key in object) {
      if (key !== keys[i++]) return undefined;
    }
    return i === keys.length ? this.#last = next : undefined;
  }

  /** Finds the shape with these keys. */
  find(keys: readonly string[]): Shape | undefined {
    const shape = this.#shapes.find((known) => areSame(known.keys, keys));
    return shape === undefined ? undefined : this.#follow(shape);
  }

  /** Adds a shape with these keys, if it is worth it. Returns whether it did. */
  add(keys: readonly string[]): boolean {
    if (this.#shapes.length === format.MAX_SHAPES || !areShort(keys)) {
      return false;
    }
    const shape = { keys, number: this.#shapes.length, next: undefined };
    this.#shapes.push(shape);
    this.#follow(shape);
    return true;
  }

  /** Keeps only the first so many shapes. */
  truncate(size: number): void {
    this.#shapes.length = size;
    this.#last = undefined;
    for (const shape of this.#shapes) shape.next = undefined;
  }

  clear(): void {
    if (this.#shapes.length > 0) this.#shapes = [];
    this.#last = undefined;
  }

  #follow(shape: Shape): Shape {
    if (this.#last !== undefined) this.#last.next = shape;
    return this.#last = shape;
  }
}

interface SentBuffer {
  readonly buffer: ArrayBuffer;
  start: number;
  length: number;
}

/**
 * Numbers the buffers of a message and decides how much of each is sent: all of it if the buffer
 * itself or several of its views are in the message, or if it is small or resizable; otherwise what
 * its one view shows.
 */
export class BufferTable {
  readonly #sent: SentBuffer[] = [];
  readonly #numbers = new Map<ArrayBuffer, number>();

  get size(): number {
    return this.#sent.length;
  }

  /** Adds a buffer, or what a view shows of it. Returns its number. */
  add(
    buffer: ArrayBuffer,
    start = 0,
    length: number = buffer.byteLength,
  ): number {
    if (buffer.detached) throw new Refusal("a detached ArrayBuffer");
    const size = buffer.byteLength;
    const whole = { buffer, start: 0, length: size };
    const number = this.#numbers.get(buffer);
    if (number !== undefined) {
      this.#sent[number] = whole;
      return number;
    }
    this.#numbers.set(buffer, this.#sent.length);
    return this.#sent.push(
      buffer.resizable || size <= SMALL_BUFFER_BYTES
        ? whole
        : { buffer, start, length },
    ) - 1;
  }

  /** What is sent of each buffer, as things are now. */
  parts(): Uint8Array[] {
    let reserved = 0;
    return this.#sent.map(({ buffer, start, length }) => {
      if (buffer.detached || start + length > buffer.byteLength) {
        throw new Refusal("an ArrayBuffer that changes while it is read");
      }
      if (buffer.resizable) reserved += buffer.maxByteLength;
      if (reserved > format.MAX_RESERVED_BYTES) {
        throw new Refusal("a resizable ArrayBuffer that may exceed 4 GiB");
      }
      return new Uint8Array(buffer, start, length);
    });
  }

  /** Keeps only the first so many buffers. */
  truncate(size: number): void {
    for (const { buffer } of this.#sent.splice(size)) {
      this.#numbers.delete(buffer);
    }
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** Whether the keys are few and plain enough to be known by their bytes. */
function areShort(keys: readonly string[]): boolean {
  let size = 0;
  for (const key of keys) {
    size += 1 + key.length;
    if (size > format.MAX_SHAPE_BYTES) return false;
    for (let i = 0; i < key.length; i++) {
      if (key.charCodeAt(i) > 0xff) return false;
    }
  }
  return true;
}
