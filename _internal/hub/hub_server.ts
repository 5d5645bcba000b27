import { reap } from "../handles/mod.ts";
import {
  arrive,
  HEADER,
  isAlive,
  PARTICIPANT,
  participantAt,
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
import { ClientSession } from "./client_session.ts";
import {
  ASK,
  nextOrder,
  orderOf,
  readRequest,
  replyLength,
  type Request,
  UNORDERED,
  writeReply,
} from "./messages.ts";
import {
  AUTH_MS,
  CLAIMED,
  type Greeting,
  OF_THREAD,
  PURPOSE,
} from "./offer.ts";
import { Outflow } from "./outflow.ts";
import type { Answer } from "./session_answers.ts";

const BACKLOG = 256;
/** Milliseconds that a child has to come after who started it has ended. */
const LATE_MS = 60_000;
/** Milliseconds without a request after which one that is said to have ended is cut off. */
const SILENT_MS = 5_000;

/** One client, and the ways by which it asks. */
class Client {
  readonly session: ClientSession;
  readonly memory: ThreadMemory;
  readonly expected = new Set<string>();
  link: Outflow | undefined;
  readonly #outflow: Outflow;
  readonly #early = new Map<number, Uint8Array>();
  #next = 1;
  readonly #ended = Promise.withResolvers<void>();
  /** What it does, if the rest has to wait for that. */
  #going: Promise<void> | undefined;
  readonly #close: () => void;

  constructor(server: HubServer, socket: FramedSocket, memory: ThreadMemory) {
    this.memory = memory;
    this.#close = () => socket.close();
    this.#outflow = new Outflow(
      (bytes) => socket.write(bytes),
      this.#close,
    );
    this.session = new ClientSession(memory, {
      hasLink: () => this.link !== undefined,
      reply: (answer, isBlocked) =>
        send((isBlocked && this.link) || this.#outflow, answer),
      expect: (ticket, id) => {
        this.expected.add(ticket);
        server.expect(ticket, id);
      },
      unexpect: (ticket) => {
        this.expected.delete(ticket);
        return server.unexpect(ticket);
      },
      gone: (ticket) => server.gone(ticket),
    });
  }

  /** Does what a request says when its turn has come: it may come twice, or early. */
  take(bytes: Uint8Array): void {
    const order = orderOf(bytes);
    if (order === UNORDERED) {
      if (bytes[0] === ASK.KEPT) this.session.do(readRequest(bytes));
      return;
    }
    const ahead = order - this.#next | 0;
    if (ahead < 0) return;
    if (ahead > 0 || this.#going !== undefined) {
      if (!this.#early.has(order)) this.#early.set(order, bytes.slice());
      return;
    }
    this.#do(readRequest(bytes));
    while (this.#going === undefined) {
      const early = this.#early.get(this.#next);
      if (early === undefined) return;
      this.#early.delete(this.#next);
      this.#do(readRequest(early));
    }
  }

  #do(request: Request): void {
    this.#next = nextOrder(this.#next);
    const going = this.session.do(request);
    if (going === undefined) return;
    this.#going = going.catch(() => {}).then(() => {
      this.#going = undefined;
      const early = this.#early.get(this.#next);
      if (early === undefined) return;
      this.#early.delete(this.#next);
      this.take(early);
    }).catch(this.#close);
  }

  /** Waits until all that has come in order is done. */
  async done(): Promise<void> {
    while (this.#going !== undefined) await this.#going;
  }

  /** Its connection has ended. */
  end(): void {
    this.session.end();
    this.#ended.resolve();
  }

  /**
   * Waits until its connection has ended, as its process has. If that does not happen
   * although nothing more comes, somebody else has the connection open, and it is closed.
   */
  async gone(): Promise<void> {
    let next: number;
    const timer = setInterval(() => {
      if (this.#next === next) this.#close();
      next = this.#next;
    }, SILENT_MS);
    await this.#ended.promise;
    clearInterval(timer);
  }
}

function send(outflow: Outflow, answer: Answer): void {
  outflow.add(
    replyLength(answer.body),
    (target, at) => writeReply(target, at, answer),
  );
}

/** Lets the processes of a program use what is in the memory of one of them. */
export class HubServer {
  readonly #memory: ThreadMemory;
  readonly #key: Promise<CryptoKey>;
  readonly #clients = new Map<string, Client>();
  /** Participants that are about to come, by what they will show. */
  readonly #expected = new Map<string, number>();
  /** Connections that have shown the ticket of one that has not come yet. */
  readonly #waiting = new Map<string, FramedSocket>();

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
      authTimeout: AUTH_MS,
      onRejected: undefined,
    });
    this.#accept(server);
    return server.address;
  }

  /** Lets a participant in that shows a ticket. */
  expect(ticket: string, id: number): void {
    const socket = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (socket === undefined) this.#expected.set(ticket, id);
    else this.#serve(socket, ticket, id);
  }

  /** The participant that was to show a ticket, if it has not. */
  unexpect(ticket: string): number | undefined {
    const id = this.#expected.get(ticket);
    this.#expected.delete(ticket);
    return id;
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
    const { ticket, isLink }: Greeting = JSON.parse(
      new TextDecoder().decode(frame.bytes),
    );
    if (isLink) return await this.#serveLink(socket, ticket);
    if (ticket.startsWith(CLAIMED)) {
      const id = Number(ticket.slice(CLAIMED.length));
      const at = participantAt(slotOf(id)) + PARTICIPANT.STATE;
      const state = Atomics.load(this.#memory.words, at);
      if (state !== STATE.STARTING || !isAlive(this.#memory, id)) {
        return socket.close();
      }
      return await this.#serve(socket, ticket, id);
    }
    const id = this.unexpect(ticket);
    if (id !== undefined) await this.#serve(socket, ticket, id);
    else this.#waiting.set(ticket, socket);
  }

  async #serve(
    socket: FramedSocket,
    ticket: string,
    id: number,
  ): Promise<void> {
    const memory = new ThreadMemory(this.#memory.buffer);
    memory.self = id;
    if (!arrive(memory, id)) return socket.close();
    joinNeighbours(parkingOf(memory));
    let client: Client;
    try {
      client = new Client(this, socket, memory);
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
    client.link = new Outflow(
      (bytes) => socket.write(bytes),
      () => socket.close(),
    );
    try {
      await readAll(socket, client);
    } finally {
      client.link = undefined;
      socket.close();
    }
  }

  /** Children of one that has ended may still come, but not for ever. */
  #forgetLate({ expected }: Client): void {
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

async function readAll(socket: FramedSocket, client: Client): Promise<void> {
  try {
    for (;;) {
      const frame = socket.reader.take();
      if (frame !== undefined) client.take(frame.bytes);
      else if (!await socket.reader.fill()) return;
      if (isBreathless()) await breathe();
    }
  } catch {
    // It was reset, or what came makes no sense.
  }
}
