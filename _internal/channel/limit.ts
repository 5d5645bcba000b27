import type { Memory } from "../memory/mod.ts";
import { CHANNEL, linesOf } from "./layout.ts";

/** How much may wait in a channel, and how much does. */
export class Limit {
  readonly #words: Int32Array;
  readonly #at: number;
  /** `GET_LINES` when we last looked. */
  #knownGot: number;

  constructor(memory: Memory, at: number) {
    this.#words = memory.words;
    this.#at = at;
    this.#knownGot = memory.words[at + CHANNEL.GET_LINES];
  }

  /** Sets how much may wait; 0 means no limit. */
  set(maxCount: number, maxBytes: number): void {
    this.#words[this.#at + CHANNEL.MAX_COUNT] = maxCount;
    this.#words[this.#at + CHANNEL.MAX_LINES] = maxBytes === 0
      ? 0
      : linesOf(maxBytes);
  }

  /** Most messages that may wait; 0 for no limit. */
  get maxCount(): number {
    return this.#words[this.#at + CHANNEL.MAX_COUNT];
  }

  /** Messages that wait. Others may put and get meanwhile. */
  get size(): number {
    const got = Atomics.load(this.#words, this.#at + CHANNEL.GET_COUNT);
    const put = Atomics.load(this.#words, this.#at + CHANNEL.PUT_COUNT);
    return Math.max(0, put - got | 0);
  }

  /** Whether the next message has to wait. */
  isFull(): boolean {
    const words = this.#words;
    const { maxCount } = this;
    if (maxCount !== 0 && this.size >= maxCount) return true;
    const maxLines = words[this.#at + CHANNEL.MAX_LINES];
    if (maxLines === 0) return false;
    // Readers only add to what they have got: what we knew will often do. It may be
    // from so long ago that the difference has no sign.
    const put = words[this.#at + CHANNEL.PUT_LINES];
    if (put - this.#knownGot >>> 0 < maxLines) return false;
    this.#knownGot = Atomics.load(words, this.#at + CHANNEL.GET_LINES);
    return (put - this.#knownGot | 0) >= maxLines;
  }

  /**
   * Whether senders may be promised room: the number of messages has no limit, and of the
   * bytes that may wait less than half do, or any number may.
   */
  mayPromiseRoom(): boolean {
    return this.maxCount === 0 && this.#isHalfOfBytesFree();
  }

  /** Whether a waiting sender is worth waking: room for one, or for half of the bytes. */
  hasDrained(): boolean {
    const maxLines = this.#words[this.#at + CHANNEL.MAX_LINES];
    return maxLines === 0 ? !this.isFull() : this.#isHalfOfBytesFree();
  }

  #isHalfOfBytesFree(): boolean {
    const maxLines = this.#words[this.#at + CHANNEL.MAX_LINES];
    const got = Atomics.load(this.#words, this.#at + CHANNEL.GET_LINES);
    const put = Atomics.load(this.#words, this.#at + CHANNEL.PUT_LINES);
    return maxLines === 0 || (put - got | 0) <= maxLines >> 1;
  }
}
