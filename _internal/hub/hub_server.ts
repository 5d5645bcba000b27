import { reap } from "../handles/mod.ts";
import {
  arrive,
  HEADER,
  isAlive,
  noteSpawned,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
  STATE,
  ThreadMemory,
} from "../memory/mod.ts";
import {
  breathe,
  isBreathless,
  joinNeighbours,
  parkingOf,
} from "../parking/mod.ts";
import {
  type Address,
  type FramedSocket,
  importAuthKey,
  MAX_FRAME,
  SocketServer,
} from "../sockets/mod.ts";
import { isClaimed, ownerOf } from "./claimed_ticket.ts";
import { AUTH_MS, type Greeting, OF_THREAD, PURPOSE } from "./offer.ts";
import { ServedClient } from "./served_client.ts";
import type { CellsHad } from "./session_objects.ts";

const BACKLOG = 256;
/** All participants that there can be may come at once, each by two connections. */
const MAX_HALF_OPEN = 2 * SLOT_COUNT;
/**
 * Milliseconds that a child has to come after who started it has ended, or that one has to say
 * that it comes.
 */
const LATE_MS = 60_000;

/** Who is about to come. */
interface Expected {
  readonly id: number;
  /** The cells that threads of its process have had, if it is one of these. */
  readonly had: CellsHad | undefined;
}

/** Who has shown a ticket. */
interface Comer {
  readonly socket: FramedSocket;
  readonly pid: number;
}

/** Lets the processes of a program use what is in the memory of one of them. */
export class HubServer {
  readonly #memory: ThreadMemory;
  readonly #key: Promise<CryptoKey>;
  readonly #clients = new Map<string, ServedClient>();
  /** Participants that are about to come, by what they will show. */
  readonly #expected = new Map<string, Expected>();
  /** Those that have shown the ticket of one that is not expected yet. */
  readonly #waiting = new Map<string, Comer>();

  constructor(memory: ThreadMemory, key: Uint8Array<ArrayBuffer>) {
    this.#memory = memory;
    this.#key = importAuthKey(key);
    this.#mindLeases();
  }

  /**
   * Listens.
   *
   * @returns where
   */
  listen(address: Address | undefined): Address {
    const server = new SocketServer({
      address,
      key: this.#key,
      purpose: PURPOSE,
      maxReceive: MAX_FRAME,
      backlog: BACKLOG,
      maxHalfOpen: MAX_HALF_OPEN,
      authTimeout: AUTH_MS,
      onRejected: undefined,
    });
    this.#accept(server);
    return server.address;
  }

  /**
   * Lets a participant in that shows a ticket.
   *
   * @param had the cells that threads of its process have had, if it is one of these
   */
  expect(ticket: string, id: number, had: CellsHad | undefined): void {
    // One that is expected already is not to keep its place for ever.
    this.#forget(ticket);
    const expected = { id, had };
    const comer = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (comer === undefined) this.#expected.set(ticket, expected);
    else this.#serve(comer, ticket, expected).catch(() => comer.socket.close());
  }

  /** The participant that was to show a ticket, if it has not. */
  unexpect(ticket: string): number | undefined {
    return this.#takeExpected(ticket)?.id;
  }

  #takeExpected(ticket: string): Expected | undefined {
    const expected = this.#expected.get(ticket);
    this.#expected.delete(ticket);
    return expected;
  }

  /** Waits until a client that has shown a ticket, and has ended, is no more. */
  async gone(ticket: string): Promise<void> {
    await this.#clients.get(ticket)?.gone();
  }

  /** Has clients give back what others want. */
  async #mindLeases(): Promise<void> {
    const { words } = this.#memory;
    for (;;) {
      const seen = Atomics.load(words, HEADER.LEASES_WANTED);
      const soonest = Array.from(this.#clients.values())
        .map(({ session }) => session.recallWanted());
      const ms = Math.min(...soonest);
      await Atomics.waitAsync(words, HEADER.LEASES_WANTED, seen, ms).value;
    }
  }

  async #accept(server: SocketServer): Promise<void> {
    while (!server.closed) {
      const socket = await server.accept();
      this.#greet(socket).catch(() => socket.close());
    }
  }

  async #greet(socket: FramedSocket): Promise<void> {
    const frame = await socket.receive();
    if (frame === undefined) return socket.close();
    const { ticket, isLink, pid }: Greeting = JSON.parse(
      new TextDecoder().decode(frame.bytes),
    );
    if (isLink) return await this.#serveLink(socket, ticket);
    const comer = { socket, pid };
    if (isClaimed(ticket)) {
      const id = ownerOf(this.#memory, ticket);
      if (id === undefined || !this.#isStarting(id)) return socket.close();
      return await this.#serve(comer, ticket, { id, had: undefined });
    }
    const expected = this.#takeExpected(ticket);
    if (expected !== undefined) await this.#serve(comer, ticket, expected);
    else this.#letWait(ticket, comer);
  }

  #isStarting(id: number): boolean {
    const at = participantAt(slotOf(id)) + PARTICIPANT.STATE;
    return Atomics.load(this.#memory.words, at) === STATE.STARTING &&
      isAlive(this.#memory, id);
  }

  /** Whoever has started it may have ended before it could say so. */
  #letWait(ticket: string, comer: Comer): void {
    this.#waiting.get(ticket)?.socket.close();
    this.#waiting.set(ticket, comer);
    const timer = setTimeout(() => {
      if (this.#waiting.get(ticket) !== comer) return;
      this.#waiting.delete(ticket);
      comer.socket.close();
    }, LATE_MS);
    Deno.unrefTimer(timer);
  }

  async #serve(
    { socket, pid }: Comer,
    ticket: string,
    { id, had = new Map() }: Expected,
  ): Promise<void> {
    const memory = new ThreadMemory(this.#memory.buffer);
    memory.self = id;
    if (!arrive(memory, id)) return socket.close();
    noteSpawned(memory, id, pid);
    joinNeighbours(parkingOf(memory));
    let client: ServedClient;
    try {
      client = new ServedClient(this, socket, memory, had);
    } catch (error) {
      // There is no room for what it makes.
      reap(this.#memory, id);
      throw error;
    }
    this.#clients.set(ticket, client);
    try {
      await readAll(socket, client);
      // What it has sent counts, though it has ended meanwhile.
      await client.done();
    } finally {
      this.#clients.delete(ticket);
      client.end();
      reap(this.#memory, id);
      socket.close();
      this.#forgetLate(client);
    }
  }

  async #serveLink(socket: FramedSocket, ticket: string): Promise<void> {
    const client = this.#clients.get(ticket);
    if (client === undefined) return socket.close();
    const ended = client.addLink(socket);
    try {
      await readAll(socket, client);
    } finally {
      ended();
      socket.close();
    }
  }

  /** Children of one that has ended may still come, but not for ever. */
  #forgetLate({ expected }: ServedClient): void {
    for (const ticket of expected) {
      if (ticket.startsWith(OF_THREAD)) this.#forget(ticket);
      else Deno.unrefTimer(setTimeout(() => this.#forget(ticket), LATE_MS));
    }
  }

  #forget(ticket: string): void {
    const id = this.unexpect(ticket);
    if (id !== undefined) reap(this.#memory, id);
  }
}

async function readAll(
  socket: FramedSocket,
  client: ServedClient,
): Promise<void> {
  try {
    for (;;) {
      const isTaken = takeOne(socket, client);
      if (!isTaken && !await socket.reader.fill()) return;
      if (isBreathless()) await breathe();
    }
  } catch {
    // It was reset, or what came makes no sense.
  }
}

/** Whether there was a request. */
function takeOne(socket: FramedSocket, client: ServedClient): boolean {
  try {
    const frame = socket.reader.take();
    if (frame === undefined) return false;
    client.take(frame.bytes);
    return true;
  } catch (error) {
    // Who asks by one of its ways only can neither be answered nor give back what it was lent.
    client.cutOff();
    throw error;
  }
}
