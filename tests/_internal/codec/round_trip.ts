import { decode, encode } from "../../../_internal/codec/mod.ts";
import type { DecodeOptions, Encoded } from "../../../_internal/codec/mod.ts";

export function bytesOf(encoded: Encoded): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encoded.byteLength);
  encoded.writeTo(bytes);
  return bytes;
}

export function roundTrip(value: unknown, options?: DecodeOptions): unknown {
  return decode(bytesOf(encode(value, { root: "message" })), options);
}

/** The message of what `encode()` throws for the value. */
export function refusalOf(value: unknown, root = "message"): string {
  try {
    encode(value, { root });
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  throw new Error("the value was not refused");
}

/** Pseudorandom numbers from 0 to 1, the same ones for the same seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
