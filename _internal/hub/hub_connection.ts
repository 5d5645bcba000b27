import { breathe, isBreathless } from "../parking/mod.ts";
import type { FramedSocket } from "../sockets/mod.ts";
import { type Message, noMessage } from "./call_body.ts";
import { CallTable } from "./call_table.ts";
import { Credits } from "./credits.ts";
import type { HubLink } from "./hub_link.ts";
import {
  ASK,
  FLAG,
  nextOrder,
  readReply,
  type Reply,
  requestLength,
  TELL,
  UNORDERED,
  writeRequest,
} from "./messages.ts";
import { Outflow } from "./outflow.ts";
import { SureWrites } from "./sure_writes.ts";

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

/** What a connection needs of its socket. */
export type HubSocket = Pick<
  FramedSocket,
  "close" | "hold" | "reader" | "write"
>;

/** A connection to a hub: requests go out in order, and replies find their calls. */
export class HubConnection {
  readonly calls: CallTable;
  readonly credits = new Credits();
  readonly #socket: HubSocket;
  readonly #outflow: Outflow;
  readonly #sure = new SureWrites(() => this.#outflow.isWriting);
  readonly #link: Pick<HubLink, "exchange">;
  readonly #told: (reply: Reply) => void;
  readonly #ended: () => void;
  #order = 0;

  /**
   * @param link what to ask by for who is blocked
   * @param told called for what answers no call
   * @param ended called once the hub has ended
   */
  constructor(
    socket: HubSocket,
    link: Pick<HubLink, "exchange">,
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
      (bytes) => {
        this.#sure.begin(bytes.length);
        return socket.write(bytes);
      },
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
    const order = this.#nextOrder();
    const request = this.#request(kind, flags, order, number, place, details);
    this.#outflow.add(
      requestLength(request),
      (target, at) => writeRequest(target, at, request),
      { isFollowed },
    );
  }

  /**
   * Sends what nobody waits for, so that it has been said when this returns, whatever
   * becomes of this thread then. If what went out before is still being written, as it
   * seems to be while a thread goes on without a wait, or so much went out without an
   * answer or a turn that this may be, the link writes it, and waits until the hub has it: if this
   * process ended now, the end of the other connection might be seen before what is on
   * its way by the link.
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
    // Where the link cannot work, it goes out as all else does.
    const { isWriting, isBehind } = this.#outflow;
    if (isBehind || (isWriting && !this.#sure.isSure)) {
      this.#askByLink(ASK.HEARD, UNORDERED, doing);
    }
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
    const order = this.#nextOrder();
    const reply = this.#askByLink(kind, order, doing, place, details);
    if (reply !== undefined) return reply;
    this.#end();
    throw this.calls.ended(doing);
  }

  /** Gives the answer, or nothing if the link does not work. */
  #askByLink(
    kind: number,
    order: number,
    doing: string,
    place = NOWHERE,
    details: Details = {},
  ): Reply | undefined {
    const request = this.#request(kind, FLAG.BLOCKED, order, 0, place, details);
    const answer = this.#link.exchange(
      // What went out before may still stand in a buffer here.
      this.#outflow.unwritten,
      requestLength(request),
      (target, at) => writeRequest(target, at, request),
      doing,
    );
    if (answer === undefined) return undefined;
    this.#outflow.takenOver();
    this.#sure.answeredBlocked();
    const reply = readReply(answer);
    this.credits.saw(reply.epoch);
    return reply;
  }

  #nextOrder(): number {
    return this.#order = nextOrder(this.#order);
  }

  #request(
    kind: number,
    flags: number,
    order: number,
    number: number,
    { cell, generation }: Place,
    { name = "", timeout = NaN, message = noMessage }: Details,
  ) {
    const { form, body, cells } = message;
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
    this.#sure.answered();
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
