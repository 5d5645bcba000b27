/**
 * Shared objects for processes that share no memory: they stay where they were
 * made, and others ask a hub there.
 *
 * @module
 */
export * from "./expect_child.ts";
export type { HubOffer } from "./offer.ts";
