import type { Client } from "./_client.ts";
import type { Desk } from "./_desk.ts";
import { LocalClient } from "./_local_client.ts";

const clients = new WeakMap<Desk, Client>();

/** What carries calls of this isolate to the manager of a desk. */
export function localClientOf(desk: Desk): Client {
  let client = clients.get(desk);
  if (client === undefined) clients.set(desk, client = new LocalClient(desk));
  return client;
}
