/**
 * Conversations with processes and threads that do somebody's work: where messages
 * go, who takes them in, and the functions that they are told of.
 *
 * @module
 */
export * from "./delivery.ts";
export * from "./inbox.ts";
export * from "./intake.ts";
export * from "./lane.ts";
export * from "./outbox.ts";
export * from "./take_back.ts";
export * from "./told_function.ts";
