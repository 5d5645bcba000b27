import { CHUNK, CHUNK_WORDS, linesOf, MAX_INLINE, RECORD } from "./layout.ts";

/** A length stands in a word. */
const MOST_BYTES = 2 ** 32 - 1;

/**
 * Checks that a message can have so many bytes.
 *
 * @throws {RangeError} if it cannot
 */
export function checkSize(byteLength: number): void {
  if (byteLength <= MOST_BYTES) return;
  throw new RangeError(
    `Cannot send: the message has ${byteLength} bytes, of ${MOST_BYTES} at most`,
  );
}

/** Words that a record takes, by its header. */
export function recordWords(header: number): number {
  return 1 + ((header & RECORD.LENGTH) + 3 >> 2);
}

/** The counts after the records of a chunk, up to a place in it. */
export function recount(chunk: Int32Array, until = CHUNK_WORDS) {
  let count = chunk[CHUNK.FIRST_COUNT];
  let lines = chunk[CHUNK.FIRST_LINES];
  let last = -1;
  let at: number = CHUNK.RECORDS;
  let header = Atomics.load(chunk, at);
  while (at < until && header !== 0 && header !== RECORD.END) {
    count++;
    lines += linesOf(messageLength(chunk, at, header));
    last = at;
    at += recordWords(header);
    header = at < CHUNK_WORDS ? Atomics.load(chunk, at) : 0;
  }
  return {
    end: at,
    count: count | 0,
    lines: lines | 0,
    last,
    ended: header === RECORD.END,
  };
}

/** Words of a record's payload before the message. */
export function extraWords(
  chunk: Int32Array,
  at: number,
  header: number,
): number {
  return (header & RECORD.CARRIES) === 0 ? 0 : 1 + chunk[at + 1] * 2;
}

/** Bytes of the message of a record. */
function messageLength(chunk: Int32Array, at: number, header: number): number {
  const extra = extraWords(chunk, at, header);
  return (header & RECORD.BLOCK) === 0
    ? (header & RECORD.LENGTH) - extra * 4
    : chunk[at + 2 + extra] >>> 0;
}

const SCRATCH = new Uint8Array(MAX_INLINE);
const SCRATCH_WORDS = new Int32Array(SCRATCH.buffer);

/** A copy of a message in a chunk, valid until the next one is made. */
export function copyOut(
  chunk: Int32Array,
  at: number,
  byteLength: number,
): Uint8Array {
  const words = byteLength + 3 >> 2;
  if (words <= 24) {
    // Cheaper than a view and a call for what is short.
    for (let word = 0; word < words; word++) {
      SCRATCH_WORDS[word] = chunk[at + word];
    }
  } else {
    SCRATCH_WORDS.set(chunk.subarray(at, at + words));
  }
  return SCRATCH.subarray(0, byteLength);
}
