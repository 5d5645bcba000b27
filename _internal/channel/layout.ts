import { CELL } from "../memory/mod.ts";
import { WAIT_LIST_WORDS } from "../parking/mod.ts";

/** Words in what processors pass among each other at a time. */
const CACHE_LINE = 16;

/** First word, in a cell, that writers do not share a cache line with. */
const READERS = Math.ceil((CELL.BODY + 8) / CACHE_LINE) * CACHE_LINE;

/**
 * Words of a channel, counted from the start of its cell. What writers write and
 * what readers write is in different cache lines, as is `READ_AT` in a chunk.
 */
export const CHANNEL = {
  PUT_MUTEX: CELL.BODY,
  /** Chunk (unit + 1) to write to; 0 before the first message. */
  TAIL: CELL.BODY + 1,
  /** Messages and 64-byte lines that were ever put; they wrap around. */
  PUT_COUNT: CELL.BODY + 2,
  PUT_LINES: CELL.BODY + 3,
  /** 1 once nothing may be put any more. */
  CLOSED: CELL.BODY + 4,
  /** Most messages, and most lines, that may wait; 0 for no limit. */
  MAX_COUNT: CELL.BODY + 5,
  MAX_LINES: CELL.BODY + 6,
  /** First word for the primitive that the channel belongs to. */
  OWNER: CELL.BODY + 7,
  GET_MUTEX: READERS,
  /** Chunk (unit + 1) to read from; 0 before the first message. */
  HEAD: READERS + 1,
  /** Messages and lines that were ever got. */
  GET_COUNT: READERS + 2,
  GET_LINES: READERS + 3,
  /** Writers that wait: readers look. */
  PUTTERS: READERS + 4,
  /** Readers that wait: writers look. */
  GETTERS: READERS + 4 + WAIT_LIST_WORDS,
  /** 1 while one alone may take, see `Leasing`. */
  LEASE: READERS + 4 + 2 * WAIT_LIST_WORDS,
  /** Whether others want to take, a value of `WANTED`. */
  LEASE_WANTED: READERS + 5 + 2 * WAIT_LIST_WORDS,
  /** When the last lease ended. */
  LEASE_OVER_AT: READERS + 6 + 2 * WAIT_LIST_WORDS,
  /** Milliseconds from then on for which nothing is leased. */
  LEASE_REST: READERS + 7 + 2 * WAIT_LIST_WORDS,
  /** Who had it, by a number; negative if others wanted it. */
  LEASE_OF: READERS + 8 + 2 * WAIT_LIST_WORDS,
} as const;

/** Words at the start of a chunk. */
export const CHUNK = {
  /** The next chunk (unit + 1). */
  NEXT: 0,
  WRITE_AT: 2,
  /** Counts of the channel when the chunk was begun, to count anew from. */
  FIRST_COUNT: 3,
  FIRST_LINES: 4,
  /** The chunk before (unit + 1) and its sequence, in case a reader died freeing it. */
  PREVIOUS: 5,
  PREVIOUS_SEQUENCE: 6,
  /** The block (unit + 1) that a writer puts in a record, and where that begins. */
  LOADED: 7,
  LOADED_AT: 8,
  READ_AT: CACHE_LINE,
  RECORDS: 2 * CACHE_LINE,
} as const;
/** Words in a chunk. */
export const CHUNK_WORDS = 16_384;

/*
 * A record is a header word and its payload, in whole words. A header of 0 says
 * that there is no record yet; it is stored last, and that commits the record.
 */

/** Bits of a record's header; the low bits are the payload's length in bytes. */
export const RECORD = {
  LENGTH: (1 << 20) - 1,
  COMMITTED: 1 << 20,
  /** The payload was sent as bytes, not as a value. */
  RAW: 1 << 21,
  /** The payload names a block (unit, length, sequence) that has the message. */
  BLOCK: 1 << 22,
  /** The payload begins with the cells that the message carries. */
  CARRIES: 1 << 23,
  /** There is no more in this chunk. */
  END: 1 << 24,
} as const;

/**
 * Bytes of the longest message that travels inside a chunk. Once taken it stands where
 * the next will stand; a longer one has memory of its own until it is discarded.
 */
export const MAX_INLINE = 16_384;
/** Most cells that a message can carry, so that its record fits into a chunk. */
export const MAX_CARGO = 6_000;
/** Bytes in a line, the measure of what waits in a channel. */
const LINE_BYTES = 64;

/** Lines that a message of so many bytes takes. */
export function linesOf(byteLength: number): number {
  return Math.ceil(byteLength / LINE_BYTES) + 1;
}
