/*
 * What a child imports when it is told something, handed shared objects, or is to
 * log, and not before: every child waits for what it imports.
 */

/** The module that reads arguments. */
export const CODEC_DOOR = new URL("../codec/mod.ts", import.meta.url).href;
/** The module that takes hold of shared objects. */
export const HANDLES_DOOR = new URL("../handles/mod.ts", import.meta.url).href;
/** The module that asks a hub. */
export const HUB_DOOR = new URL("../hub/client.ts", import.meta.url).href;
/** The module that logs. */
export const LOG_DOOR = new URL("../log.ts", import.meta.url).href;
