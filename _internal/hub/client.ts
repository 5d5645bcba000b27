import { holdingOf, relayBy, showNot } from "../handles/mod.ts";
import { replaceWidestMemory } from "../memory/mod.ts";
import {
  AuthenticationError,
  connectSocket,
  type FramedSocket,
  importAuthKey,
  MAX_FRAME,
} from "../sockets/mod.ts";
import { setCurrentClient } from "./current_client.ts";
import { HubClient } from "./hub_client.ts";
import {
  AUTH_MS,
  type Greeting,
  type HubOffer,
  OF_THREAD,
  PURPOSE,
} from "./offer.ts";

/** What becomes of a connection to who has ended, or ends. */
const CONNECTION_ERRORS = [
  Deno.errors.ConnectionRefused,
  Deno.errors.ConnectionReset,
  Deno.errors.ConnectionAborted,
  Deno.errors.BrokenPipe,
  Deno.errors.UnexpectedEof,
  Deno.errors.NotFound,
  // It was in the middle of it, or another program has its port by now.
  AuthenticationError,
];

/**
 * Makes this isolate a client of a hub: what it makes from now on is there.
 *
 * @param tell told how to know whether the hub has ended, once there is a way
 */
export async function joinHub(
  offer: HubOffer,
  tell: (hasEnded: () => boolean) => void = () => {},
): Promise<void> {
  let socket: FramedSocket;
  try {
    socket = await connectSocket(offer.address, {
      key: importAuthKey(Uint8Array.fromHex(offer.key)),
      purpose: PURPOSE,
      maxReceive: MAX_FRAME,
      authTimeout: AUTH_MS,
    });
    const { ticket } = offer;
    const greeting: Greeting = { ticket, isLink: false, pid: Deno.pid };
    await socket.send(0, new TextEncoder().encode(JSON.stringify(greeting)));
  } catch (error) {
    if (CONNECTION_ERRORS.some((each) => error instanceof each)) {
      tell(() => true);
    }
    throw error;
  }
  socket.hold(true);
  const joined = new HubClient(socket, offer);
  tell(() => joined.standing.isOver);
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
  // A thread says so itself: when it unloads, its starter may have stopped it.
  if (offer.ticket.startsWith(OF_THREAD)) return;
  addEventListener("unload", () => {
    if (Deno.exitCode === 0) joined.leave();
  });
}
