import { holdingOf, relayBy, showNot } from "../handles/mod.ts";
import { replaceWidestMemory } from "../memory/mod.ts";
import { connectSocket, importAuthKey, MAX_FRAME } from "../sockets/mod.ts";
import { setCurrentClient } from "./current_client.ts";
import { HubClient } from "./hub_client.ts";
import { AUTH_MS, type Greeting, type HubOffer, PURPOSE } from "./offer.ts";

/**
 * Makes this isolate a client of a hub: what it makes from now on is there.
 *
 * @returns whether the hub has ended
 */
export async function joinHub(offer: HubOffer): Promise<() => boolean> {
  const key = Uint8Array.fromHex(offer.key);
  const socket = await connectSocket(offer.address, {
    key: importAuthKey(key),
    purpose: PURPOSE,
    maxReceive: MAX_FRAME,
    authTimeout: AUTH_MS,
  });
  const greeting: Greeting = { ticket: offer.ticket, isLink: false };
  const bytes = new TextEncoder().encode(JSON.stringify(greeting));
  await socket.send(0, bytes);
  socket.hold(true);
  const joined = new HubClient(socket, offer);
  await joined.ready;
  socket.hold(false);
  setCurrentClient(joined);
  if (offer.revoke !== undefined) {
    // It keeps what it may do: later calls that block need it.
    await joined.connectLink();
    Deno.permissions.revokeSync({ name: "net", host: offer.revoke });
  }
  replaceWidestMemory(joined.memory);
  relayBy(joined);
  showNot((object) => holdingOf(object)?.isRelayed ?? false);
  addEventListener("unload", () => {
    if (Deno.exitCode === 0) joined.leave();
  });
  return () => joined.standing.isOver;
}
