import { currentClient } from "./current_client.ts";
import { expectChild as expectAtHost, type ExpectedChild } from "./host.ts";
import { addressIn, OF_THREAD } from "./offer.ts";

export type { ExpectedChild };

/**
 * Lets a child that is about to start use objects of this isolate, or of its hub.
 *
 * @param kind what the child is
 * @param mayConnect whether it may connect to anything, so that it need not be allowed to
 * @throws {TypeError} if one of the objects is no more
 */
export function expectChild(
  kind: "process" | "thread",
  handles: readonly object[],
  mayConnect: boolean,
): ExpectedChild {
  const client = currentClient();
  if (client === undefined) return expectAtHost(handles, mayConnect);
  const ticket = (kind === "thread" ? OF_THREAD : "") + crypto.randomUUID();
  const { places, key } = client.offer;
  client.expect(ticket, handles);
  return {
    offer: { places, address: addressIn(places, mayConnect), key, ticket },
    settle() {},
    left: () => void client.gone(ticket),
    async ended() {
      // Whoever joins the child waits for this.
      client.standing.hold();
      try {
        await client.gone(ticket);
      } finally {
        client.standing.unhold();
      }
    },
  };
}
