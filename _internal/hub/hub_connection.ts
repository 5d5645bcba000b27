import { breathe, isBreathless } from "../parking/mod.ts";
import type { FramedSocket } from "../sockets/mod.ts";
import { type Message, noMessage } from "./call_body.ts";
import { CallTable } from "./call_table.ts";
import { Credits } from "./credits.ts";
import type { HubLink } from "./hub_link.ts";
import {
  FLAG,
  nextOrder,
  readReply,
  type Reply,
  requestLength,
  TELL,
  writeRequest,
} from "./messages.ts";
import { Outflow } from "./outflow.ts";

/** Which object a request is about. */
export interface Place {
  readonly cell: number;
  readonly generation: number;
}

export const NOWHERE: Place = { cell: 0, generation: 0 };

/** What a request brings, besides what it is and about what. */
export interface Details {
  readonly name?: string;
  /** Milliseconds to wait at most. */
  readonly timeout?: number;
  /** Whether something follows at once, which it is to be written with. */
  readonly isFollowed?: boolean;
  /** Whether what comes next may be lent, too. */
  readonly lends?: boolean;
  /** Whether it is only to be done if what was begun just before had not been lent. */
  readonly unlessBegun?: boolean;
  readonly message?: Message;
}

/** A connection to a hub: requests go out in order, and replies find their calls. */
export class HubConnection {
  readonly calls: CallTable;
  readonly credits = new Credits();
  readonly #socket: FramedSocket;
  readonly #outflow: Outflow;
  readonly #link: HubLink;
  readonly #told: (reply: Reply) => void;
  readonly #ended: () => void;
  #order = 0;

  /**
   * @param link what to ask by for who is blocked
   * @param told called for what answers no call
   * @param ended called once the hub has ended
   */
  constructor(
    socket: FramedSocket,
    link: HubLink,
    told: (reply: Reply) => void,
    ended: () => void,
  ) {
    this.#socket = socket;
    this.#link = link;
    this.#told = told;
    this.#ended = ended;
    this.calls = new CallTable((isHeld) => {
      if (!this.calls.isOver) socket.hold(isHeld);
    });
    this.#outflow = new Outflow(
      (bytes) => socket.write(bytes),
      () => this.#end(),
    );
    this.#receive();
  }

  /** Sends a request. */
  send(
    kind: number,
    number: number,
    place: Place,
    details: Details = {},
  ): void {
    this.calls.check();
    const { isFollowed, lends, unlessBegun } = details;
    const flags = (lends ? FLAG.LENDS : 0) |
      (unlessBegun ? FLAG.UNLESS_BEGUN : 0);
    const request = this.#request(kind, flags, number, place, details);
    this.#outflow.add(
      requestLength(request),
      (target, at) => writeRequest(target, at, request),
      { isFollowed },
    );
  }

  /**
   * Sends what nobody waits for, so that it has been said when this returns, whatever
   * becomes of this thread then. If what went out before is still being written, as it
   * seems to be while a thread goes on without a wait, the link writes it.
   *
   * @throws {Error} if the hub has ended
   */
  tell(
    kind: number,
    number: number,
    place: Place,
    details: Details,
    doing: string,
  ): void {
    this.send(kind, number, place, details);
    const outflow = this.#outflow;
    // Where the link cannot work, it goes out as all else does.
    const isWritten = outflow.isBehind &&
      this.#link.write(outflow.unwritten, doing);
    if (isWritten) outflow.takenOver();
  }

  /**
   * Waits until what was sent has been written, so that the hub gets it even if
   * this process is killed.
   */
  async written(doing: string): Promise<void> {
    if (!await this.isWritten()) throw this.calls.ended(doing);
  }

  /** The same; whether it has been, as nothing is if the hub has ended. */
  isWritten(): Promise<boolean> {
    return this.#outflow.written();
  }

  /**
   * Sends a request, and waits for the reply.
   *
   * @param note told its number before it is sent; may give what else the request is to say
   */
  async ask(
    kind: number,
    place: Place,
    details: Details,
    doing: string,
    note?: (number: number) => Details | undefined,
  ): Promise<Reply> {
    const { number, promise } = this.calls.begin(doing);
    try {
      this.send(kind, number, place, { ...details, ...note?.(number) });
      return await promise;
    } catch (error) {
      this.calls.drop(number);
      throw error;
    }
  }

  /**
   * Sends a request, and blocks the thread until there is a reply.
   *
   * @throws {Error} if the hub has ended
   */
  exchange(
    kind: number,
    place: Place,
    details: Details,
    doing: string,
  ): Reply {
    this.calls.check(doing);
    const request = this.#request(kind, FLAG.BLOCKED, 0, place, details);
    const answer = this.#link.exchange(
      // What went out before may still stand in a buffer here.
      this.#outflow.unwritten,
      requestLength(request),
      (target, at) => writeRequest(target, at, request),
      doing,
    );
    if (answer !== undefined) {
      this.#outflow.takenOver();
      const reply = readReply(answer);
      this.credits.saw(reply.epoch);
      return reply;
    }
    this.#end();
    throw this.calls.ended(doing);
  }

  #request(
    kind: number,
    flags: number,
    number: number,
    { cell, generation }: Place,
    { name = "", timeout = NaN, message = noMessage }: Details,
  ) {
    const { form, body, cells } = message;
    const order = this.#order = nextOrder(this.#order);
    return {
      kind,
      flags,
      form,
      order,
      number,
      cell,
      generation,
      timeout,
      name,
      cells,
      body,
    };
  }

  async #receive(): Promise<void> {
    const { reader } = this.#socket;
    try {
      for (;;) {
        const frame = reader.take();
        if (frame !== undefined) this.#take(readReply(frame.bytes));
        else if (!await reader.fill()) break;
        if (isBreathless()) await breathe();
      }
    } catch {
      // It was reset, or makes no sense.
    }
    this.#end();
  }

  #take(reply: Reply): void {
    this.credits.saw(reply.epoch);
    if (reply.kind > TELL.CANCELLED) this.#told(reply);
    else this.calls.settle({ ...reply, body: reply.body.slice() });
  }

  #end(): void {
    if (this.calls.isOver) return;
    this.calls.end();
    this.#socket.close();
    this.#ended();
  }
}
