/**
 * The side of a launch that runs in the child. Every child waits for these
 * modules to load, so they are few.
 *
 * @module
 */
export type { BootRecord } from "./boot_record.ts";
export * from "./child_boot.ts";
export * from "./child_memory.ts";
export { explainReferenceError, resolveTarget } from "./resolve_target.ts";
export type * from "./target.ts";
export * from "./watch_parent.ts";
