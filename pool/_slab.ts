import type { Contents } from "../_internal/channel/mod.ts";
import type { Encoded } from "../_internal/codec/mod.ts";

/** Bytes of a slab, and of the largest message that goes into one. */
const SLAB_BYTES = 65_536;
const MOST_BYTES = 1_024;

let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

/**
 * Keeps a message as it is now. Small ones share a piece of memory: thousands may
 * wait, and one of its own for each would cost more than all else.
 */
export function keep(encoded: Encoded): Contents {
  const { byteLength } = encoded;
  if (byteLength > MOST_BYTES) return encoded.snapshot();
  if (used + byteLength > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const kept = new Kept(slab, used, byteLength);
  encoded.writeTo(slab, used);
  used += byteLength;
  return kept;
}

class Kept implements Contents {
  readonly byteLength: number;
  readonly #slab: Uint8Array;
  readonly #start: number;

  constructor(slab: Uint8Array, start: number, byteLength: number) {
    this.#slab = slab;
    this.#start = start;
    this.byteLength = byteLength;
  }

  writeTo(target: Uint8Array, at = 0): void {
    const bytes = this.#slab;
    const start = this.#start;
    for (let n = 0; n < this.byteLength; n++) target[at + n] = bytes[start + n];
  }

  snapshot(): Contents {
    return this;
  }
}
