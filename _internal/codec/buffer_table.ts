import { MAX_RESERVED_BYTES } from "./format.ts";
import { Refusal } from "./refusal.ts";
import type { ValueWriter } from "./value_writer.ts";

// A buffer as small as this is sent whole: its views then arrive with the offsets they had.
const SMALL_BUFFER_BYTES = 256;

interface Entry {
  readonly buffer: ArrayBuffer;
  /** The bytes to send. */
  start: number;
  length: number;
}

/**
 * The buffers of a message and how much of each is sent: all of it if the buffer itself or several
 * of its views are in the message, or if it is small or resizable; otherwise what its one view
 * shows.
 */
export class BufferTable {
  readonly #entries: Entry[] = [];
  readonly #indices = new Map<ArrayBuffer, number>();
  #data: Uint8Array[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /**
   * Adds a buffer, or a part of it.
   *
   * @returns Its number in the table.
   */
  add(
    buffer: ArrayBuffer,
    start = 0,
    length: number = buffer.byteLength,
  ): number {
    if (buffer.detached) throw new Refusal("a detached ArrayBuffer");
    const size = buffer.byteLength;
    const index = this.#indices.get(buffer);
    if (index !== undefined) {
      this.#entries[index].start = 0;
      this.#entries[index].length = size;
      return index;
    }
    const whole = buffer.resizable || size <= SMALL_BUFFER_BYTES;
    this.#indices.set(buffer, this.#entries.length);
    return this.#entries.push(
      whole ? { buffer, start: 0, length: size } : { buffer, start, length },
    ) - 1;
  }

  /** Keeps only the first entries. */
  truncate(size: number): void {
    for (const { buffer } of this.#entries.splice(size)) {
      this.#indices.delete(buffer);
    }
    this.#data = [];
  }

  /** Writes which bytes of which buffers make up the data. */
  write(writer: ValueWriter): void {
    let reserved = 0;
    writer.count(this.#entries.length);
    for (const { buffer, start, length } of this.#entries) {
      if (start + length > buffer.byteLength) {
        throw new Refusal("an ArrayBuffer that changes while it is read");
      }
      if (buffer.resizable) reserved += buffer.maxByteLength;
      if (reserved > MAX_RESERVED_BYTES) {
        throw new Refusal("a resizable ArrayBuffer that may exceed 4 GiB");
      }
      writer.count(start);
      writer.count(length);
      writer.count(buffer.resizable ? buffer.maxByteLength + 1 : 0);
      this.#data.push(new Uint8Array(buffer, start, length));
    }
  }

  /** Hands over the data of the message that was written. */
  takeData(): readonly Uint8Array[] {
    const data = this.#data;
    this.#data = [];
    return data;
  }
}
