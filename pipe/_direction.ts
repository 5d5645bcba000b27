import { CHANNEL } from "../_internal/channel/mod.ts";

/** Word of an end's cell that says what the end may do. */
export const DIRECTION = CHANNEL.OWNER;
/** Bits of that word. */
export const READABLE = 1;
export const WRITABLE = 2;
