import { fromHubBytes, unpackBatch } from "../handles/mod.ts";

/** What a hub has given at a time, and what is done with it. */
export class Delivery {
  readonly #acknowledge: () => void;
  readonly #batch: Uint8Array;
  /** Values in it whose modules are being loaded. */
  readonly #late: Promise<unknown>[] = [];

  /** @param acknowledge says that what it carries is bound */
  constructor(batch: Uint8Array, acknowledge: () => void) {
    this.#batch = batch;
    this.#acknowledge = acknowledge;
  }

  /** The messages. */
  get messages(): Iterable<Uint8Array> {
    return unpackBatch(this.#batch);
  }

  /** The value in a part of a message; a promise of it if it needs modules. */
  decode(bytes: Uint8Array): unknown {
    const value = fromHubBytes(bytes);
    if (value instanceof Promise) this.#late.push(value);
    return value;
  }

  /** All messages have been looked at. */
  finish(): void {
    if (this.#late.length === 0) this.#acknowledge();
    else Promise.allSettled(this.#late).then(this.#acknowledge);
  }
}
