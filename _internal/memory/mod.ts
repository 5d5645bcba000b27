/**
 * Memory that threads and processes share, who takes part in it, and how it is
 * given out and taken back.
 *
 * @module
 */
export * from "./backend.ts";
export * from "./blocks.ts";
export * from "./cells.ts";
export * from "./clock.ts";
export * from "./current.ts";
export * from "./holders.ts";
export * from "./layout.ts";
export * from "./libc.ts";
export * from "./look_until.ts";
export type * from "./memory.ts";
export * from "./mutex.ts";
export * from "./participants.ts";
export * from "./pause_sync.ts";
export * from "./program_key.ts";
export { createBuffer, ThreadMemory } from "./thread_memory.ts";
export { isProcess, type ProcessMemory } from "./process_memory.ts";
