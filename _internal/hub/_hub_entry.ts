import { passOnOnly } from "../handles/mod.ts";
import { logToStderr, nameLog } from "../log.ts";
import { arrive, joinThreadMemory, threadMemory } from "../memory/mod.ts";
import {
  joinNeighbours,
  LoggedWait,
  parkingOf,
  Patience,
} from "../parking/mod.ts";
import { mayListenPrivately } from "../sockets/mod.ts";
import type { HubOrder } from "./host.ts";
import { HubServer } from "./hub_server.ts";
import { type HubPlaces, LOOPBACK } from "./offer.ts";

addEventListener("message", (event) => {
  carryOut((event as MessageEvent<HubOrder>).data);
}, { once: true });

async function carryOut(order: HubOrder): Promise<void> {
  let answer: HubPlaces | { problem: string };
  try {
    const server = begin(order);
    const loopback = server.listen(LOOPBACK) as HubPlaces["loopback"];
    const own = mayListenPrivately() ? server.listen(undefined) : loopback;
    answer = { own, loopback };
    if (order.modules.length > 0) {
      await Promise.all(order.modules.map((url) => import(url)));
    }
  } catch (error) {
    answer = { problem: error instanceof Error ? error.message : `${error}` };
  }
  const bytes = new TextEncoder().encode(JSON.stringify(answer));
  new Uint8Array(order.answer, 8).set(bytes);
  const words = new Int32Array(order.answer, 0, 2);
  words[1] = bytes.length;
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
}

function begin({ buffer, id, key, log }: HubOrder): HubServer {
  nameLog(() => log.name, true);
  logToStderr(log.level);
  LoggedWait.leaveToOthers();
  joinThreadMemory(buffer, id);
  const memory = threadMemory();
  arrive(memory, id);
  passOnOnly();
  Patience.parkAtOnce();
  joinNeighbours(parkingOf(memory));
  return new HubServer(memory, key);
}
