import { FRAME, FRAME_HEADER_BYTES, writeFrameHead } from "../sockets/mod.ts";

const FIRST_BYTES = 1_024;
/** What is larger is given back when it has been written. */
const KEPT_BYTES = 262_144;

/** What is to be written to a socket: at once, and together what comes meanwhile. */
export class Outflow {
  readonly #write: (bytes: Uint8Array) => Promise<number>;
  readonly #broken: () => void;
  #buffer = new Uint8Array(FIRST_BYTES);
  #length = 0;
  /** The other of the two buffers that take turns. */
  #spare = new Uint8Array(FIRST_BYTES);
  #inFlight: Uint8Array<ArrayBuffer> | undefined;
  /** Whether somebody else has written that, too. */
  #isTakenOver = false;
  #isBroken = false;
  /** Bytes that were ever added, and ever written. */
  #added = 0;
  #written = 0;
  #waiting: {
    readonly until: number;
    readonly done: PromiseWithResolvers<boolean>;
  }[] = [];

  /**
   * @param write writes some of the bytes, and begins, and as a rule ends, before it returns
   * @param broken called once if nobody takes what is written
   */
  constructor(
    write: (bytes: Uint8Array) => Promise<number>,
    broken: () => void,
  ) {
    this.#write = write;
    this.#broken = broken;
  }

  /**
   * Adds a message, and begins to write it, unless something is being written; if
   * others follow, only at the end of the current job.
   */
  add(
    byteLength: number,
    writeTo: (target: Uint8Array<ArrayBuffer>, at: number) => void,
    { isFollowed = false } = {},
  ): void {
    if (this.#isBroken) return;
    const start = this.#length;
    this.#makeRoom(start + FRAME_HEADER_BYTES + byteLength);
    const buffer = this.#buffer;
    writeTo(buffer, start + FRAME_HEADER_BYTES);
    writeFrameHead(buffer, start, FRAME.VALUE, byteLength);
    this.#length = start + FRAME_HEADER_BYTES + byteLength;
    this.#added += FRAME_HEADER_BYTES + byteLength;
    if (this.#inFlight !== undefined) return;
    if (!isFollowed) this.#run();
    else {
      queueMicrotask(() => {
        if (this.#inFlight === undefined) this.#run();
      });
    }
  }

  /**
   * Waits until all that was added has been written.
   *
   * @returns whether it has; not if nobody takes it
   */
  written(): Promise<boolean> {
    if (this.#isBroken || this.#written === this.#added) {
      return Promise.resolve(!this.#isBroken);
    }
    const done = Promise.withResolvers<boolean>();
    this.#waiting.push({ until: this.#added, done });
    return done.promise;
  }

  /** Whether something is being written, as far as is known. */
  get isWriting(): boolean {
    return this.#inFlight !== undefined;
  }

  /** Whether something waits until what is being written has been. */
  get isBehind(): boolean {
    return this.#inFlight !== undefined && this.#length > 0;
  }

  /** Everything that may not have been written, for who is to write it in our place. */
  get unwritten(): Uint8Array<ArrayBuffer> {
    const inFlight = this.#isTakenOver
      ? new Uint8Array()
      : this.#inFlight ?? new Uint8Array();
    const all = new Uint8Array(inFlight.length + this.#length);
    all.set(inFlight);
    all.set(this.#buffer.subarray(0, this.#length), inFlight.length);
    return all;
  }

  /** That has been written. What is being written here goes on, so it may come twice. */
  takenOver(): void {
    this.#isTakenOver = this.#inFlight !== undefined;
    const length = this.#length;
    this.#length = 0;
    this.#note(length);
  }

  async #run(): Promise<void> {
    try {
      while (this.#length > 0) {
        const bytes = this.#inFlight = this.#buffer.subarray(0, this.#length);
        this.#isTakenOver = false;
        const written = this.#buffer;
        this.#buffer = this.#spare;
        this.#length = 0;
        for (let at = 0; at < bytes.length;) {
          at += await this.#write(bytes.subarray(at));
        }
        this.#spare = written.length > KEPT_BYTES
          ? new Uint8Array(FIRST_BYTES)
          : written;
        this.#inFlight = undefined;
        this.#note(bytes.length);
      }
    } catch {
      this.#isBroken = true;
      this.#length = 0;
      this.#inFlight = undefined;
      for (const { done } of this.#waiting.splice(0)) done.resolve(false);
      this.#broken();
    }
  }

  #note(written: number): void {
    this.#written += written;
    while (
      this.#waiting.length > 0 && this.#waiting[0].until <= this.#written
    ) this.#waiting.shift()!.done.resolve(true);
  }

  #makeRoom(length: number): void {
    if (length <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
