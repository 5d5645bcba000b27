import { CELL } from "../memory/mod.ts";
import { WAIT_LIST_WORDS } from "../parking/mod.ts";

/** Words of a channel, counted from the start of its cell. */
export const CHANNEL = {
  PUT_MUTEX: CELL.BODY,
  GET_MUTEX: CELL.BODY + 1,
  /** Chunk (unit + 1) to read from, and to write to; 0 before the first message. */
  HEAD: CELL.BODY + 2,
  TAIL: CELL.BODY + 3,
  /** Messages and 64-byte lines that were ever put and got; they wrap around. */
  PUT_COUNT: CELL.BODY + 4,
  GET_COUNT: CELL.BODY + 5,
  PUT_LINES: CELL.BODY + 6,
  GET_LINES: CELL.BODY + 7,
  /** 1 once nothing may be put any more. */
  CLOSED: CELL.BODY + 8,
  /** Most messages, and most lines, that may wait; 0 for no limit. */
  MAX_COUNT: CELL.BODY + 9,
  MAX_LINES: CELL.BODY + 10,
  /** First word for the primitive that the channel belongs to. */
  OWNER: CELL.BODY + 11,
  GETTERS: CELL.BODY + 16,
  PUTTERS: CELL.BODY + 16 + WAIT_LIST_WORDS,
} as const;

/** Words at the start of a chunk. */
export const CHUNK = {
  /** The next chunk (unit + 1). */
  NEXT: 0,
  READ_AT: 1,
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
  RECORDS: 16,
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

/** Longest message that travels inside a chunk. */
export const MAX_INLINE = 16_384;
/** Most cells that a message can carry, so that its record fits into a chunk. */
export const MAX_CARGO = 6_000;
/** Bytes in a line, the measure of what waits in a channel. */
export const LINE_BYTES = 64;

/** Lines that a message of so many bytes takes. */
export function linesOf(byteLength: number): number {
  return Math.ceil(byteLength / LINE_BYTES) + 1;
}
