import { type Address, remoteAddress } from "./address.ts";
import type { Frame } from "./frame.ts";
import { FrameReader } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";

/** Milliseconds that the other side has to close, once we are done. */
const LINGER_MS = 2_000;

/** A socket for messages. Does not keep the program alive, except while it writes. */
export class FramedSocket {
  /** Who is at the other side; nothing if it has no address. */
  readonly remote: Address | undefined;
  /** Most bytes of a message that the other side takes. */
  maxSend = 0;
  readonly reader: FrameReader;
  readonly writer: FrameWriter;
  readonly #conn: Deno.Conn;
  #closed = false;

  /** @param maxReceive most bytes of a message that this side takes */
  constructor(conn: Deno.Conn, maxReceive: number) {
    this.#conn = conn;
    this.remote = remoteAddress(conn);
    this.reader = new FrameReader(conn, maxReceive);
    this.writer = new FrameWriter(conn);
    if ("setKeepAlive" in conn) prepare(conn as Deno.TcpConn);
  }

  /** Whether a read keeps the program alive. */
  hold(holds: boolean): void {
    const conn = this.#conn as Deno.TcpConn;
    if (holds) conn.ref();
    else conn.unref();
  }

  /** Writes some bytes as they are, beginning at once; says how many. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** Writes bytes as they are. */
  async writeRaw(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#conn.write(bytes.subarray(at));
    }
  }

  /** Sends a message, when all before it have been written. */
  async send(kind: number, bytes: Uint8Array): Promise<void> {
    await this.writer.write(kind, bytes);
  }

  /**
   * Receives a message.
   *
   * @returns nothing at the end of the stream
   */
  async receive(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.reader.take();
      if (frame !== undefined) return frame;
      if (!await this.reader.fill()) return undefined;
    }
  }

  /**
   * Ends the stream, and closes once the other side has done so too, or has had
   * time to. To close at once, with something unread, would take back what is still
   * on its way to it; so would the end of the program, which is kept alive.
   */
  async finish(): Promise<void> {
    const timer = setTimeout(() => this.close(), LINGER_MS);
    try {
      this.hold(true);
      await this.#conn.closeWrite();
      const bytes = new Uint8Array(65_536);
      while (!this.#closed && await this.#conn.read(bytes) !== null);
    } catch {
      // The other side has gone.
    } finally {
      clearTimeout(timer);
      this.close();
    }
  }

  /** Closes at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }
}

/**
 * Has the system send at once, and notice when the other side has vanished. A connection
 * that TLS has been begun on can no more be told so. Closes one that takes no settings, as
 * some systems have it after a reset.
 */
export function prepare(conn: Deno.TcpConn): void {
  try {
    conn.setKeepAlive(true);
    // What the system keeps back is lost if this side ends with something unread.
    conn.setNoDelay(true);
  } catch (error) {
    conn.close();
    throw error;
  }
}
