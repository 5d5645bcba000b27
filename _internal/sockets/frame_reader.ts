import { FRAME, type Frame, FRAME_HEADER_BYTES, FrameError } from "./frame.ts";

/** Bytes that are read at a time from who does not say much, as most peers do. */
const FIRST_BYTES = 256;
/** Bytes that are read at a time from others, unless there is something large to read. */
const SMALL_BYTES = 65_536;

/**
 * Cuts a stream of bytes into frames. Memory is taken for what has come, never for
 * what has been announced.
 */
export class FrameReader {
  readonly #conn: Pick<Deno.Conn, "read">;
  readonly #maxLength: number;
  #buffer = new Uint8Array(FIRST_BYTES);
  #start = 0;
  #end = 0;

  /** @param maxLength most bytes of a payload */
  constructor(conn: Pick<Deno.Conn, "read">, maxLength: number) {
    this.#conn = conn;
    this.#maxLength = maxLength;
  }

  /**
   * Takes a frame if all of it is there.
   *
   * @throws {FrameError} if no frame is like that
   */
  take(): Frame | undefined {
    const start = this.#start;
    const available = this.#end - start - FRAME_HEADER_BYTES;
    if (available < 0) return undefined;
    const buffer = this.#buffer;
    const length = (buffer[start] | buffer[start + 1] << 8 |
      buffer[start + 2] << 16 | buffer[start + 3] << 24) >>> 0;
    const kind = buffer[start + 4];
    if (kind > FRAME.BYTES) {
      throw new FrameError(
        `a frame is of kind ${kind}, which is none`,
        false,
      );
    }
    if (length > this.#maxLength) {
      throw new FrameError(
        `a frame has ${length} bytes, of ${this.#maxLength} at most`,
        true,
      );
    }
    if (length > available) return undefined;
    const at = start + FRAME_HEADER_BYTES;
    this.#start = at + length;
    return { kind, bytes: buffer.subarray(at, at + length) };
  }

  /**
   * Reads what comes next.
   *
   * @returns `false` at the end of the stream
   */
  async fill(): Promise<boolean> {
    this.#makeRoom();
    const count = await this.#conn.read(this.#buffer.subarray(this.#end));
    this.#end += count ?? 0;
    return count !== null;
  }

  /**
   * Reads so many bytes.
   *
   * @param check looks at what has come so far, and may throw
   * @returns `undefined` if the stream ends before
   */
  async exactly(
    length: number,
    check?: (bytes: Uint8Array) => void,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#end - this.#start < length) {
      if (!await this.fill()) return undefined;
      check?.(this.#buffer.subarray(this.#start, this.#end));
    }
    this.#start += length;
    return this.#buffer.slice(this.#start - length, this.#start);
  }

  #makeRoom(): void {
    const kept = this.#end - this.#start;
    const size = this.#buffer.length;
    const wasFull = this.#end === size;
    if (
      size < SMALL_BYTES && wasFull ||
      size > SMALL_BYTES && kept < SMALL_BYTES / 2
    ) {
      this.#moveTo(new Uint8Array(SMALL_BYTES));
    } else if (kept > size / 2) {
      this.#moveTo(new Uint8Array(size * 2));
    } else if (this.#start > 0) {
      this.#moveTo(this.#buffer);
    }
  }

  #moveTo(buffer: Uint8Array<ArrayBuffer>): void {
    buffer.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = buffer;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
