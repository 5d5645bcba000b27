import { CHANNEL } from "../_internal/channel/mod.ts";
import { cellAt, type Memory } from "../_internal/memory/mod.ts";

/** Word of an end's cell that says what the end may do. */
export const DIRECTION = CHANNEL.OWNER;
/** Bits of that word. */
export const READABLE = 1;
export const WRITABLE = 2;
/** A socket stands between this end and its peer. */
export const REMOTE = 4;
/**
 * Word of such an end's cell: most bytes of a message that the other side takes; 0
 * once it takes none.
 */
export const LIMIT = CHANNEL.OWNER + 1;

/** Word of such an end's cell: why it has ended, one of {@linkcode PROBLEM}. */
export const PROBLEM_AT = CHANNEL.OWNER + 2;
/** Why nothing more is received, though the other side may not have ended. */
export const PROBLEM = { NONE: 0, NO_FRAME: 1, TOO_LARGE: 2 } as const;

/** Bytes on their way in one direction, from which on senders wait. */
export const CAPACITY = 1 << 20;

/** What an end may do. */
export function directionOf({ words }: Memory, cell: number): number {
  return words[cellAt(cell) + DIRECTION];
}
