import { assert } from "@std/assert";
import { expectChild, type HubOffer } from "../../../_internal/hub/mod.ts";
import { ownerOf } from "../../../_internal/hub/claimed_ticket.ts";
import { PURPOSE } from "../../../_internal/hub/offer.ts";
import { isAlive, threadMemory } from "../../../_internal/memory/mod.ts";
import {
  connectSocket,
  type FramedSocket,
  importAuthKey,
  MAX_FRAME,
} from "../../../_internal/sockets/mod.ts";
import { until } from "../../until.ts";

// Starts the hub, which goes on until the tests have ended.
expectChild("process", [], true).left();

async function connect(
  { address, key, ticket }: HubOffer,
): Promise<FramedSocket> {
  const socket = await connectSocket(address, {
    key: importAuthKey(Uint8Array.fromHex(key)),
    purpose: PURPOSE,
    maxReceive: MAX_FRAME,
  });
  const greeting = JSON.stringify({ ticket, isLink: false, pid: 0 });
  await socket.send(0, new TextEncoder().encode(greeting));
  socket.hold(true);
  // It is told of cells once it has been let in.
  assert(await socket.receive());
  return socket;
}

Deno.test("Host leaves a child to its hub that this has not done with when it has ended", async () => {
  const memory = threadMemory();
  const { offer, settle, ended } = expectChild("process", [], true);
  settle(true);
  const id = ownerOf(memory, offer.ticket)!;
  const socket = await connect(offer);
  // Nothing comes of it for so long that the host does not wait.
  await ended();
  assert(isAlive(memory, id));
  socket.close();
  await until(() => !isAlive(memory, id), "its hub has done with it");
});
