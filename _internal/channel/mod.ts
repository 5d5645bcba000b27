/**
 * Byte messages in shared memory: many senders, many receivers, each message to
 * one of them, none lost or torn whoever dies.
 *
 * @module
 */
export * from "./after_lease.ts";
export * from "./cargo.ts";
export * from "./channel.ts";
export * from "./contents.ts";
export * from "./empty.ts";
export { CHANNEL, MAX_INLINE } from "./layout.ts";
export { type Lease, type Leasing, WANTED } from "./lease.ts";
export * from "./parcel.ts";
