import { HEADER } from "./layout.ts";
import type { Memory } from "./memory.ts";

const KEY_WORDS = 8;

/**
 * The 32 random bytes that all who share this memory have in common; made when
 * somebody asks for the first time.
 *
 * Each word of it is 0 until somebody has made it up. Who dies half-way leaves the
 * rest to the next.
 */
export function programKey({ words }: Memory): Uint8Array<ArrayBuffer> {
  const key = crypto.getRandomValues(new Int32Array(KEY_WORDS));
  for (let n = 0; n < KEY_WORDS; n++) {
    key[n] ||= 1;
    // Settles whose word it is, where several make it up at once.
    const found = Atomics.compareExchange(
      words,
      HEADER.PROGRAM_KEY + n,
      0,
      key[n],
    );
    if (found !== 0) key[n] = found;
  }
  return new Uint8Array(key.buffer);
}
