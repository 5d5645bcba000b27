/**
 * So many writes, of so many bytes, are done as they begin, unless the other side is slow. Later
 * ones may not be: the runtime does 128 things of this kind in a turn of the event loop and leaves
 * the rest to the next one, and the system has no room for more than it can send.
 */
const SURE_WRITES = 64;
const SURE_BYTES = 32_768;

/** Whether what has begun to be written to a socket has been written. */
export class SureWrites {
  readonly #isWriting: () => boolean;
  /** Since the other side has answered, or the event loop has turned. */
  #writes = 0;
  #bytes = 0;
  #awaitsTurn = false;

  /** @param isWriting whether something is being written, as far as is known */
  constructor(isWriting: () => boolean) {
    this.#isWriting = isWriting;
  }

  /** Whether the last write has been done, if the other side is not slow. */
  get isSure(): boolean {
    return this.#writes <= SURE_WRITES && this.#bytes <= SURE_BYTES;
  }

  /** So many bytes begin to be written. */
  begin(byteLength: number): void {
    this.#writes++;
    this.#bytes += byteLength;
    if (this.#awaitsTurn) return;
    if (this.#writes > SURE_WRITES / 2 || this.#bytes > SURE_BYTES / 2) {
      this.#awaitTurn();
    }
  }

  /** The event loop has turned, and the other side takes what is written, as it has answered. */
  answered(): void {
    this.#writes = 0;
    this.#bytes = 0;
  }

  /** The other side has answered a thread that was blocked: the event loop has not turned. */
  answeredBlocked(): void {
    this.#bytes = 0;
  }

  #awaitTurn(): void {
    this.#awaitsTurn = true;
    const turned = () => {
      this.#awaitsTurn = false;
      // Else the system has no room.
      if (!this.#isWriting()) this.answered();
    };
    Deno.unrefTimer(setTimeout(turned));
  }
}
