import { unpackBatch } from "../handles/mod.ts";
import { type HubConnection, NOWHERE } from "./hub_connection.ts";
import { ASK, FORM, type Reply } from "./messages.ts";

/*
 * A client that takes many messages asks for some at once: a loan. The first is its
 * own; of the others it says that it begins them, one by one, and the hub may want back
 * what is not begun. As its thread may be blocked, the worker of its link answers.
 *
 * A loan has two words. STATE counts the messages that have begun, has a bit once
 * nothing more is to begin, and in its upper half a number that changes with each loan;
 * NUMBER is that of the call which has asked for it. This thread begins a message by
 * adding 1; the worker recalls by setting the bit. Whoever comes first has the message.
 *
 * What is begun is told before it is begun: so if this process dies, the hub has been
 * told of each, and what was not begun goes to others. And a loan that ends before its
 * messages is told of, whoever has ended it: it is never the hub alone that has one.
 */

/** Loans that there may be at a time. */
export const LOAN_COUNT = 8;
/** Words that they take: first all states, then all numbers. */
export const LOAN_WORDS = 2 * LOAN_COUNT;
const NEXT_LOAN = 1 << 16;
const RECALLED = 1 << 15;
/** Messages after which no more are asked for: they are counted below that bit. */
const MANY_BEGUN = 30_000;
/** Messages that are left when more are asked for. */
const FEW = 32;

/** Messages of one object that a hub has lent. */
export class Loan {
  readonly #connection: HubConnection;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #ended: () => void;
  #number = 0;
  #messages: Uint8Array[] | undefined;
  /** Place of the next among those. */
  #next = 1;
  /** Messages that have begun, of all. */
  #begun = 1;
  /** Whether more was asked for, and has not come. */
  #isAsking = false;
  #isUnwanted = false;
  #isOver = false;

  /** @param at which of the loans it is, until it has ended */
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
  }

  /** The number of the call that asks for it, which names it. */
  get number(): number {
    return this.#number;
  }

  /** Notes the number of the call, before that is sent. */
  asked(number: number): void {
    const state = Atomics.load(this.#words, this.#at);
    const next = (state & -NEXT_LOAN) + NEXT_LOAN | 1;
    Atomics.store(this.#words, this.#at, next);
    Atomics.store(this.#words, this.#at + LOAN_COUNT, number);
    this.#number = number;
  }

  /** The call is answered: gives the reply with the first message, if it has any. */
  first(reply: Reply): Reply {
    if (reply.form !== FORM.BATCH) {
      this.#end();
      return reply;
    }
    this.#messages = [...unpackBatch(reply.body)];
    if (this.#isUnwanted) this.giveBack();
    return { ...reply, form: FORM.VALUE, body: this.#messages[0] };
  }

  /** What was asked for has come, if there was any. */
  came(batch: Uint8Array): void {
    const left = this.#messages!.slice(this.#next);
    this.#messages = [...left, ...unpackBatch(batch)];
    this.#next = 0;
    this.#isAsking = false;
  }

  /** Begins the next message; nothing if there is none, or none that is ours. */
  next(): Promise<Uint8Array | undefined> | undefined {
    const connection = this.#connection;
    if (this.#messages === undefined || connection.calls.isOver) return;
    const message = this.#messages[this.#next];
    // What was asked for is too late; else the hub knows that all have begun.
    if (message === undefined) {
      return this.#isAsking ? this.giveBack() : this.#end();
    }
    if ((Atomics.add(this.#words, this.#at, 1) & RECALLED) !== 0) {
      return this.giveBack();
    }
    this.#next++;
    this.#begun++;
    const lends = this.#asksForMore();
    connection.send(ASK.BEGUN, this.#number, NOWHERE, { lends });
    return connection.isWritten().then((is) => is ? message : undefined);
  }

  /** What has not begun goes back. */
  giveBack(): undefined {
    this.#isUnwanted = true;
    if (this.#isOver || this.#messages === undefined) return;
    Atomics.or(this.#words, this.#at, RECALLED);
    const place = { cell: this.#begun, generation: 0 };
    if (!this.#connection.calls.isOver) {
      this.#connection.send(ASK.KEPT, this.#number, place);
    }
    this.#end();
  }

  /** The call that was to bring it has failed. */
  failed(): void {
    if (this.#messages === undefined) this.#end();
  }

  #end(): undefined {
    // Its words may be another's by now.
    if (this.#isOver) return;
    this.#isOver = true;
    Atomics.store(this.#words, this.#at + LOAN_COUNT, 0);
    this.#ended();
  }

  #asksForMore(): boolean {
    const left = this.#messages!.length - this.#next;
    // Again at every half, as there may be more by then.
    const isTime = left <= FEW && (left & left - 1) === 0 && left > 0;
    const asks = isTime && !this.#isAsking && this.#begun < MANY_BEGUN;
    if (asks) this.#isAsking = true;
    return asks;
  }
}
