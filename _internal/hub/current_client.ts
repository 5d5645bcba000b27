import type { HubClient } from "./hub_client.ts";

let client: HubClient | undefined;

/** The connection of this isolate to its hub, if it has one. */
export function currentClient(): HubClient | undefined {
  return client;
}

/** Sets the connection of this isolate to its hub. */
export function setCurrentClient(joined: HubClient): void {
  client = joined;
}
