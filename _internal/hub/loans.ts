import { unpackBatch } from "../handles/mod.ts";
import { type HubConnection, NOWHERE } from "./hub_connection.ts";
import type { HubLink } from "./hub_link.ts";
import { ASK, FORM, type Reply } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

/*
 * A client that takes many messages asks for some at once: a loan. The first is its
 * own; of the others it must say that it begins them, one by one, and the hub may want
 * back what is not begun. As its thread may be blocked, the worker of its link answers.
 *
 * The word of a loan: its serial number in the upper half, how many of its messages
 * have been begun, and a bit once it was recalled. This thread begins a message by
 * adding 1; the worker recalls by setting the bit. Whoever comes first has the message.
 *
 * What is begun is told before it is begun: so if this process dies, the hub has been
 * told of each, and what was not begun goes to others.
 */

/** Loans that there may be at a time. */
export const LOAN_COUNT = 8;
const RECALLED = 1 << 15;
const MOST_BEGUN = 0x7fff;
const SERIALS = 0x7fff;
/** Messages that are left when more are asked for. */
const FEW = 32;
/** Messages after which no more are asked for. */
const MANY_BEGUN = 30_000;
/** What is taken so many times within so many milliseconds is worth being borrowed. */
const MANY = 64;
const MANY_MS = 32;

/** Messages of one object that a hub has lent. */
export class Loan {
  readonly #connection: HubConnection;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #ended: () => void;
  #number = 0;
  #messages: Uint8Array[] = [];
  #begun = 0;
  /** Settled once it is known whether there is more, if that was asked. */
  #more: PromiseWithResolvers<void> | undefined;
  #isOpen = false;
  #isUnwanted = false;
  #isOver = false;

  /** @param at the word that is its own until it has ended */
  constructor(
    connection: HubConnection,
    words: Int32Array,
    at: number,
    ended: () => void,
  ) {
    this.#connection = connection;
    this.#words = words;
    this.#at = at;
    this.#ended = ended;
    this.asked(0);
  }

  /** The number of the call that asks for it, which names it. */
  get number(): number {
    return this.#number;
  }

  /** Notes the number of the call, before that is sent. */
  asked(number: number): void {
    this.#number = number;
    const word = number % SERIALS + 1 << 16 | 1;
    Atomics.store(this.#words, this.#at, word);
  }

  /** It has come: gives the first message. */
  open(batch: Uint8Array): Uint8Array {
    this.#isOpen = true;
    this.#messages = [...unpackBatch(batch)];
    const first = this.#messages[this.#begun++];
    if (this.#messages.length === 1) this.end();
    else if (this.#isUnwanted) this.giveBack();
    return first;
  }

  /** The same, of a reply. */
  first(reply: Reply): Reply {
    if (reply.form === FORM.VALUE) {
      return { ...reply, body: this.open(reply.body) };
    }
    this.end();
    return reply;
  }

  /** What was asked for has come, if there was any. */
  came(batch: Uint8Array): void {
    this.#messages = [
      ...this.#messages.slice(this.#begun),
      ...unpackBatch(batch),
    ];
    this.#begun = 0;
    this.#more?.resolve();
    this.#more = undefined;
  }

  /** Begins the next message; nothing if there is none, or none that is ours. */
  next(): Promise<Uint8Array | undefined> | undefined {
    if (!this.#isOpen) return undefined;
    if (this.#begun < this.#messages.length) return this.#begin();
    if (this.#more !== undefined) return this.#nextOfMore(this.#more.promise);
    return this.end();
  }

  async #nextOfMore(more: Promise<void>): Promise<Uint8Array | undefined> {
    await more;
    // Whoever waits here after us must not be told sooner that there is nothing.
    return this.#isOver ? undefined : this.next();
  }

  #begin(): Promise<Uint8Array | undefined> | undefined {
    const connection = this.#connection;
    if (connection.calls.isOver) return undefined;
    const word = Atomics.add(this.#words, this.#at, 1);
    if ((word & RECALLED) !== 0) return this.end();
    const message = this.#messages[this.#begun++];
    connection.send(ASK.BEGUN, this.#number, NOWHERE, {
      lends: this.#asksForMore(word & MOST_BEGUN),
    });
    return connection.isWritten().then((is) => is ? message : undefined);
  }

  /** What has not been begun goes back, as somebody here asks in another way. */
  giveBack(): void {
    this.#isUnwanted = true;
    if (this.#isOver || !this.#isOpen) return;
    const word = Atomics.or(this.#words, this.#at, RECALLED);
    if ((word & RECALLED) === 0) {
      const place = { cell: word & MOST_BEGUN, generation: 0 };
      this.#connection.send(ASK.KEPT, this.#number, place);
    }
    this.end();
  }

  /** Nothing of it is left. */
  end(): undefined {
    if (this.#isOver) return;
    this.#isOver = true;
    Atomics.store(this.#words, this.#at, 0);
    this.#more?.resolve();
    this.#ended();
  }

  /** Whether to ask for more, so many having begun. */
  #asksForMore(begun: number): boolean {
    const left = this.#messages.length - this.#begun;
    // Again at every half, as there may be more by then.
    const isTime = left <= FEW && (left & left - 1) === 0;
    if (!isTime || this.#more !== undefined || begun > MANY_BEGUN) return false;
    this.#more = Promise.withResolvers();
    return true;
  }
}

/** The loans of this isolate. */
export class Loans {
  readonly #connection: HubConnection;
  readonly #link: HubLink;
  /** Those that were asked for, and have not ended. */
  readonly #loans = new Map<RelayedHolding, Loan>();
  readonly #paces = new WeakMap<RelayedHolding, Pace>();
  #words: Int32Array | undefined;
  #isOpening = false;

  constructor(connection: HubConnection, link: HubLink) {
    this.#connection = connection;
    this.#link = link;
  }

  /** Somebody takes a message: the next of those that are here, if there is one. */
  next(
    holding: RelayedHolding,
  ): Promise<Uint8Array | undefined> | undefined {
    this.#paceOf(holding).count();
    return this.#loans.get(holding)?.next();
  }

  /** More of a loan has come, or nothing. */
  came({ number, body }: Reply): void {
    for (const loan of this.#loans.values()) {
      if (loan.number === number) loan.came(body.slice());
    }
  }

  /** What to ask for with the next message, if many are taken. */
  ask(holding: RelayedHolding): Loan | undefined {
    const loan = this.#loans.get(holding);
    if (loan !== undefined) {
      // Whoever asks now comes before those who would get what that brings.
      loan.giveBack();
      return undefined;
    }
    if (!this.#paceOf(holding).isFast) return undefined;
    if (!this.#isOpening) this.#open();
    const words = this.#words;
    const at = words?.indexOf(0) ?? -1;
    if (at < 0) return undefined;
    const ended = () => {
      this.#loans.delete(holding);
    };
    const asked = new Loan(this.#connection, words!, at, ended);
    this.#loans.set(holding, asked);
    return asked;
  }

  /** What was lent goes back: it is asked for in another way. */
  giveBack(holding: RelayedHolding): void {
    this.#loans.get(holding)?.giveBack();
  }

  /** Nothing will be taken any more. */
  end(holding: RelayedHolding): void {
    this.#loans.get(holding)?.end();
  }

  /** The hub has ended. */
  endAll(): void {
    for (const loan of this.#loans.values()) loan.end();
  }

  async #open(): Promise<void> {
    this.#isOpening = true;
    this.#words = await this.#link.keepLoans();
  }

  #paceOf(holding: RelayedHolding): Pace {
    let pace = this.#paces.get(holding);
    if (pace === undefined) this.#paces.set(holding, pace = new Pace());
    return pace;
  }
}

/** How often something happens. */
class Pace {
  isFast = false;
  #count = 0;
  #since = performance.now();

  /** It happens. */
  count(): void {
    if (++this.#count < MANY) return;
    const now = performance.now();
    this.isFast = now - this.#since < MANY_MS;
    this.#since = now;
    this.#count = 0;
  }
}
