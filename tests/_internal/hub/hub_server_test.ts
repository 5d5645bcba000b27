import { assert, assertEquals } from "@std/assert";
import { HubServer } from "../../../_internal/hub/hub_server.ts";
import {
  ASK,
  FLAG,
  FORM,
  nextOrder,
  NO_BODY,
  requestLength,
  writeRequest,
} from "../../../_internal/hub/messages.ts";
import { PURPOSE } from "../../../_internal/hub/offer.ts";
import { claimForClient, threadMemory } from "../../../_internal/memory/mod.ts";
import {
  connectSocket,
  type FramedSocket,
  importAuthKey,
  MAX_FRAME,
} from "../../../_internal/sockets/mod.ts";

const KEY = new Uint8Array(32);
const FIRST = nextOrder(0);

// It goes on until the tests have ended.
const memory = threadMemory();
const server = new HubServer(memory, KEY);
const address = server.listen({ hostname: "127.0.0.1", port: 0 });

/** Lets a client in; gives its ticket. */
function expectClient(): string {
  const ticket = crypto.randomUUID();
  server.expect(ticket, claimForClient(memory, memory.self), undefined);
  return ticket;
}

async function connect(
  ticket: string,
  isLink: boolean,
): Promise<FramedSocket> {
  const socket = await connectSocket(address, {
    key: importAuthKey(KEY),
    purpose: PURPOSE,
    maxReceive: MAX_FRAME,
  });
  const greeting = JSON.stringify({ ticket, isLink, pid: 0 });
  await socket.send(0, new TextEncoder().encode(greeting));
  return socket;
}

/** Both connections of a new client. */
async function connectBoth(): Promise<
  [main: FramedSocket, link: FramedSocket]
> {
  const ticket = expectClient();
  const main = await connect(ticket, false);
  // It is told of cells.
  assert(await main.receive());
  const link = await connect(ticket, true);
  await ask(link, FIRST);
  assert(await link.receive());
  return [main, link];
}

/** Asks for cells, as who is blocked. */
async function ask(socket: FramedSocket, order: number): Promise<void> {
  const request = {
    kind: ASK.RESERVE,
    flags: FLAG.BLOCKED,
    form: FORM.NOTHING,
    order,
    number: 0,
    cell: 0,
    generation: 0,
    timeout: NaN,
    name: "",
    cells: [],
    body: NO_BODY,
  };
  const bytes = new Uint8Array(requestLength(request));
  writeRequest(bytes, 0, request);
  await socket.send(0, bytes);
}

Deno.test("HubServer ends the link of a client whose connection has ended", async () => {
  const [main, link] = await connectBoth();
  main.close();
  assertEquals(await link.receive(), undefined);
  link.close();
});

Deno.test("HubServer lets all in that come at once", async () => {
  const tickets = Array.from({ length: 100 }, expectClient);
  const sockets = await Promise.all(
    tickets.map((ticket) => connect(ticket, false)),
  );
  for (const socket of sockets) {
    assert(await socket.receive());
    socket.close();
  }
});

Deno.test("HubServer lets a client in that comes before it is expected", async () => {
  const ticket = crypto.randomUUID();
  const socket = await connect(ticket, false);
  // What comes later is looked at later.
  (await connectBoth()).forEach((each) => each.close());
  server.expect(ticket, claimForClient(memory, memory.self), undefined);
  assert(await socket.receive());
  socket.close();
});

Deno.test("HubServer does not keep a client for ever that nobody expects", async () => {
  const { setTimeout } = globalThis;
  using _ = {
    [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout),
  };
  const shortened = (act: () => void, ms?: number) =>
    setTimeout(act, ms === 60_000 ? 1 : ms);
  globalThis.setTimeout = shortened as typeof setTimeout;
  const socket = await connect(crypto.randomUUID(), false);
  assertEquals(await socket.receive(), undefined);
  socket.close();
});

Deno.test("HubServer ends a client whose link says what makes no sense", async () => {
  const [main, link] = await connectBoth();
  await link.send(0, new Uint8Array(3));
  assertEquals(await main.receive(), undefined);
  assertEquals(await link.receive(), undefined);
  main.close();
  link.close();
});
