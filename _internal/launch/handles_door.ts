/** The module a child imports when it is handed shared objects, and not before. */
export const HANDLES_DOOR = new URL("../handles/mod.ts", import.meta.url).href;
