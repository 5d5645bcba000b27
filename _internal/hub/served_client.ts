import type { ThreadMemory } from "../memory/mod.ts";
import type { FramedSocket } from "../sockets/mod.ts";
import { ClientSession, type SessionPort } from "./client_session.ts";
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
import { OF_THREAD } from "./offer.ts";
import { Outflow } from "./outflow.ts";
import type { Answer } from "./session_answers.ts";
import type { CellsHad } from "./session_objects.ts";

/** Milliseconds without a request after which one that is said to have ended is cut off. */
const SILENT_MS = 5_000;

const HAS_NO_ORDER: readonly number[] = [ASK.KEPT, ASK.HEARD];

/** What a served client needs of its server. */
export interface ServerPort extends Pick<SessionPort, "unexpect" | "gone"> {
  /**
   * Lets a child in that shows a ticket.
   *
   * @param had the cells that threads of its process have had, if it is one of these
   */
  expect(ticket: string, id: number, had: CellsHad | undefined): void;
}

/** One client of a hub, and the ways by which it asks. */
export class ServedClient {
  readonly session: ClientSession;
  readonly expected = new Set<string>();
  /** Closes its connection, by which it ends. */
  readonly cutOff: () => void;
  #link: { readonly outflow: Outflow; close(): void } | undefined;
  readonly #outflow: Outflow;
  readonly #early = new Map<number, Uint8Array>();
  #next = 1;
  readonly #ended = Promise.withResolvers<void>();
  /** What it does, if the rest has to wait for that. */
  #going: Promise<void> | undefined;

  /** @param had the cells that threads of its process have had so far */
  constructor(
    server: ServerPort,
    socket: FramedSocket,
    memory: ThreadMemory,
    had: CellsHad,
  ) {
    this.cutOff = () => socket.close();
    this.#outflow = new Outflow(
      (bytes) => socket.write(bytes),
      this.cutOff,
    );
    this.session = new ClientSession(memory, {
      hasLink: () => this.#link !== undefined,
      reply: (answer, isBlocked) =>
        send((isBlocked && this.#link?.outflow) || this.#outflow, answer),
      expect: (ticket, id) => {
        this.expected.add(ticket);
        const isThread = ticket.startsWith(OF_THREAD);
        server.expect(ticket, id, isThread ? had : undefined);
      },
      unexpect: (ticket) => {
        this.expected.delete(ticket);
        return server.unexpect(ticket);
      },
      gone: (ticket) => server.gone(ticket),
    }, had);
  }

  /**
   * Notes by what it asks when it is blocked.
   *
   * @returns what to call when that has ended
   */
  addLink(socket: FramedSocket): () => void {
    const close = () => socket.close();
    const outflow = new Outflow((bytes) => socket.write(bytes), close);
    const link = this.#link = { outflow, close };
    return () => {
      if (this.#link === link) this.#link = undefined;
    };
  }

  /** Does what a request says when its turn has come: it may come twice, or early. */
  take(bytes: Uint8Array): void {
    const order = orderOf(bytes);
    if (order === UNORDERED) {
      if (HAS_NO_ORDER.includes(bytes[0])) this.session.do(readRequest(bytes));
      return;
    }
    const ahead = order - this.#next | 0;
    if (ahead < 0) return;
    if (ahead > 0 || this.#going !== undefined) {
      if (!this.#early.has(order)) this.#early.set(order, bytes.slice());
      return;
    }
    this.#do(readRequest(bytes));
    this.#catchUp();
  }

  /** Does those that came early and are due, until one of them has to be waited for. */
  #catchUp(): void {
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
      this.#catchUp();
    }).catch(this.cutOff);
  }

  /** Waits until all that has come in order is done. */
  async done(): Promise<void> {
    while (this.#going !== undefined) await this.#going;
  }

  /** Its connection has ended. */
  end(): void {
    this.session.end();
    // Who is blocked would wait for an answer for ever.
    this.#link?.close();
    this.#ended.resolve();
  }

  /**
   * Waits until its connection has ended, as its process has. If that does not happen
   * although nothing more comes, somebody else has the connection open, and it is closed.
   */
  async gone(): Promise<void> {
    let next: number;
    const timer = setInterval(() => {
      if (this.#next === next) this.cutOff();
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
