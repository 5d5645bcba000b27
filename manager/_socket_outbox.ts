import type { Contents } from "../_internal/channel/mod.ts";
import { FRAME, type FramedSocket } from "../_internal/sockets/mod.ts";

/** What is to be written to a socket: in order, and together what comes together. */
export class SocketOutbox {
  readonly #socket: FramedSocket;
  readonly #broken: () => void;
  #waiting: Uint8Array[] = [];
  /** Whether what waits will be written without another word. */
  #isDue = false;
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param broken called if the other side takes no more */
  constructor(socket: FramedSocket, broken: () => void) {
    this.#socket = socket;
    this.#broken = broken;
  }

  /**
   * Sends a message.
   *
   * @throws {RangeError} if the other side does not take so large ones
   */
  send(message: Contents): void {
    this.check(message);
    const { byteLength } = message;
    const bytes = new Uint8Array(byteLength);
    message.writeTo(bytes);
    this.#waiting.push(bytes);
    if (this.#isDue) return;
    this.#isDue = true;
    // First all that is sent in the same go.
    this.#writing = Promise.resolve().then(() => this.#write());
  }

  /**
   * Sends a last message, after which nothing gets its turn: the system has it when this
   * returns, unless it has not taken yet what was sent before.
   *
   * @throws {RangeError} if the other side does not take so large ones
   */
  sendAtOnce(message: Contents): void {
    this.send(message);
    this.#write();
  }

  /**
   * Checks that a message can be sent.
   *
   * @throws {RangeError} if the other side does not take so large ones
   */
  check({ byteLength }: Contents): void {
    const { maxSend } = this.#socket;
    if (byteLength <= maxSend) return;
    throw new RangeError(
      `Cannot send: the message has ${byteLength} bytes, the other side takes ${maxSend} at most`,
    );
  }

  /** Waits until all is written that was sent, or the other side takes no more. */
  written(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    const { writer } = this.#socket;
    try {
      while (this.#waiting.length > 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const bytes of waiting) {
          if (writer.hasRoom(bytes.length)) writer.add(FRAME.VALUE, bytes);
          else await writer.write(FRAME.VALUE, bytes);
        }
        await writer.flush();
      }
    } catch {
      this.#waiting = [];
      this.#broken();
    } finally {
      this.#isDue = this.#isWriting = false;
    }
  }
}
