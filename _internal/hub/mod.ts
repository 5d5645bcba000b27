/**
 * Shared objects for processes that share no memory: they stay where they were
 * made, and others ask a hub there.
 *
 * @module
 */
export * from "./current_client.ts";
export * from "./expect_child.ts";
export type { HubClient } from "./hub_client.ts";
export { type HubOffer, LOOPBACK } from "./offer.ts";
export type { RelayedHolding } from "./relayed_holding.ts";
export type { Received } from "./standing_calls.ts";
