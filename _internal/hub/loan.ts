import { unpackBatch } from "../handles/mod.ts";
import type { Details, HubConnection, Place } from "./hub_connection.ts";
import { ASK, FORM, LOAN_COUNT, type Reply, TELL } from "./messages.ts";

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
 *
 * When few are left, more is asked for. A call that finds none left before that has come
 * begins the message all the same, and is sent at once behind that: the hub, which knows
 * by then whether it had any to lend, does the call only if it had not. So either what
 * comes has the message for that call, or the answer to it does, and then a loan of its
 * own, whatever becomes of the first one meanwhile.
 */

/** Words that they take: first all states, then all numbers. */
export const LOAN_WORDS = 2 * LOAN_COUNT;
const NEXT_LOAN = 1 << 16;
/** Bit of STATE: nothing more is to begin. */
export const RECALLED = 1 << 15;
/** Messages after which no more are asked for: they are counted below that bit. */
const MANY_BEGUN = 30_000;
/** Messages that are left when more are asked for. */
const FEW = 64;

/** What a loan needs of the connection to its hub. */
export type LoanPort = Pick<HubConnection, "calls" | "send" | "isWritten">;

/** Messages of one object that a hub has lent. */
export class Loan {
  readonly #connection: LoanPort;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #ended: (before: Loan | undefined) => void;
  #number = 0;
  #messages: Uint8Array[] | undefined;
  /** Place of the next among those. */
  #next = 1;
  /** Messages that have begun, of all. */
  #begun = 1;
  /** Whether more was asked for, and has not come. */
  #isAsking = false;
  /** The call whose message is to come with what was asked for; 0 if there is none. */
  #awaitedBy = 0;
  /**
   * Resolves once the word has been written that the message of the call begins which was
   * given one by this loan last; to `false` if the hub has ended.
   */
  #told: Promise<boolean> | undefined;
  /** The loan that this is to follow, if that brings no more. */
  #before: Loan | undefined;
  #isUnwanted = false;
  /** Whether what has not begun has gone back. */
  #isBack = false;
  #isOver = false;

  /**
   * @param at which of the loans it is, until it has ended
   * @param ended told of the loan that goes on instead, if there is one
   * @param before the one that it is to follow, if that brings no more
   */
  constructor(
    connection: LoanPort,
    words: Int32Array,
    at: number,
    ended: (before: Loan | undefined) => void,
    before?: Loan,
  ) {
    this.#connection = connection;
    this.#words = words;
    this.#at = at;
    this.#ended = ended;
    this.#before = before;
  }

  /** Whether nothing is left, but what was asked for may bring a message for the next call. */
  get mayBring(): boolean {
    return this.#isAsking && this.#awaitedBy === 0 && !this.#isBack &&
      this.#next === this.#messages!.length;
  }

  /**
   * Nothing unless the loan before has given the call its message. Else that is to be
   * waited for: whether it may be given, as it may not if the hub has ended.
   */
  get told(): Promise<boolean> | undefined {
    const before = this.#before;
    return before === undefined ? undefined : before.#told;
  }

  /**
   * Notes the number of the call that is to bring it, or to be given what comes of the
   * loan before, and which is to be sent next.
   *
   * @returns what else the call is to say
   */
  asked(number: number): Details {
    const state = Atomics.load(this.#words, this.#at);
    const next = (state & -NEXT_LOAN) + NEXT_LOAN | 1;
    Atomics.store(this.#words, this.#at, next);
    Atomics.store(this.#words, this.#at + LOAN_COUNT, number);
    this.#number = number;
    const before = this.#before;
    const isBegun = before !== undefined && before.#beginFor(number);
    return { lends: true, unlessBegun: isBegun };
  }

  /** The call is answered: gives the reply with the first message, if it has any. */
  first(reply: Reply): Reply {
    if (reply.form !== FORM.BATCH) {
      this.#end();
      return reply;
    }
    this.#before = undefined;
    this.#messages = [...unpackBatch(reply.body)];
    if (this.#isUnwanted) this.giveBack();
    return { ...reply, form: FORM.VALUE, body: this.#messages[0] };
  }

  /** What was asked for has come, if there was any: for this loan, or the one before. */
  came(reply: Reply): void {
    if (reply.number !== this.#number) return this.#before?.came(reply);
    const more = [...unpackBatch(reply.body.slice())];
    this.#messages = [...this.#messages!.slice(this.#next), ...more];
    this.#next = 0;
    this.#isAsking = false;
    const number = this.#awaitedBy;
    if (number === 0) return;
    this.#awaitedBy = 0;
    // If there was none, the hub does the call.
    if (more.length === 0) return this.#end();
    this.#next = 1;
    this.#told = this.#connection.isWritten();
    const [body] = more;
    const kind = TELL.RETURNED;
    this.#connection.calls.settle({ ...reply, kind, number, body });
    if (this.#isBack) this.#end();
  }

  /** Begins the next message; nothing if there is none, or none that is ours. */
  next(): Promise<Uint8Array | undefined> | undefined {
    const connection = this.#connection;
    if (this.#messages === undefined || connection.calls.isOver) return;
    const message = this.#messages[this.#next];
    if (message === undefined) {
      // The hub knows that all have begun.
      return this.#isAsking ? undefined : this.#end();
    }
    if (!this.#begin()) return this.giveBack();
    this.#next++;
    const lends = this.#asksForMore();
    connection.send(ASK.BEGUN, this.#number, this.#count, { lends });
    return connection.isWritten().then((is) => is ? message : undefined);
  }

  /** What has not begun goes back. */
  giveBack(): undefined {
    this.#isUnwanted = true;
    this.#before?.giveBack();
    if (this.#isBack || this.#messages === undefined) return;
    this.#isBack = true;
    Atomics.or(this.#words, this.#at, RECALLED);
    if (!this.#connection.calls.isOver) {
      this.#connection.send(ASK.KEPT, this.#number, this.#count);
    }
    // What a call waits for may come.
    if (this.#awaitedBy === 0) this.#end();
  }

  /** The call that was to bring it has failed. */
  failed(): void {
    if (this.#messages === undefined) this.#end();
  }

  /** How many messages have begun, in place of a cell. */
  get #count(): Place {
    return { cell: this.#begun, generation: 0 };
  }

  /** Begins the message of a call that waits for what comes, unless that goes back. */
  #beginFor(number: number): boolean {
    this.#told = undefined;
    if (!this.#begin()) {
      this.giveBack();
      return false;
    }
    this.#awaitedBy = number;
    const details = { isFollowed: true };
    this.#connection.send(ASK.BEGUN, this.#number, this.#count, details);
    return true;
  }

  /** Begins the next message, unless it has been recalled. */
  #begin(): boolean {
    const state = Atomics.add(this.#words, this.#at, 1);
    if ((state & RECALLED) !== 0) return false;
    this.#begun++;
    return true;
  }

  #end(): undefined {
    // Its words may be another's by now.
    if (this.#isOver) return;
    this.#isOver = true;
    Atomics.store(this.#words, this.#at + LOAN_COUNT, 0);
    const before = this.#before;
    const goesOn = before !== undefined && !before.#isOver;
    this.#ended(goesOn ? before : undefined);
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
