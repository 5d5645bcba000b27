import { FRAME_HEADER_BYTES, writeFrameHead } from "./frame.ts";

const BUFFER_BYTES = 131_072;

/** Puts frames on their way: small ones together, large ones in pieces. */
export class FrameWriter {
  readonly #conn: Pick<Deno.Conn, "write">;
  /** Made when there is something to write: many a socket only listens. */
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  constructor(conn: Pick<Deno.Conn, "write">) {
    this.#conn = conn;
  }

  /** Whether there is room for a frame with so many bytes. */
  hasRoom(byteLength: number): boolean {
    return this.#length + FRAME_HEADER_BYTES + byteLength <= BUFFER_BYTES;
  }

  /** Adds a frame that there is room for; {@linkcode flush} writes it. */
  add(kind: number, bytes: Uint8Array): void {
    this.#header(kind, bytes.byteLength).set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  /** Writes what has been added. */
  async flush(): Promise<void> {
    if (this.#buffer === undefined) return;
    const length = this.#length;
    this.#length = 0;
    let at = 0;
    while (at < length) {
      at += await this.#conn.write(this.#buffer.subarray(at, length));
    }
  }

  /** Writes a frame of any size, after what has been added. */
  async write(kind: number, bytes: Uint8Array): Promise<void> {
    if (!this.hasRoom(0)) await this.flush();
    const buffer = this.#header(kind, bytes.byteLength);
    let at = 0;
    // In pieces: bytes may lie in shared memory, which the runtime does not read.
    do {
      const end = Math.min(at + BUFFER_BYTES - this.#length, bytes.byteLength);
      buffer.set(bytes.subarray(at, end), this.#length);
      this.#length += end - at;
      at = end;
      await this.flush();
    } while (at < bytes.byteLength);
  }

  #header(kind: number, byteLength: number): Uint8Array<ArrayBuffer> {
    const buffer = this.#buffer ??= new Uint8Array(BUFFER_BYTES);
    const at = this.#length;
    writeFrameHead(buffer, at, kind, byteLength);
    this.#length = at + FRAME_HEADER_BYTES;
    return buffer;
  }
}
