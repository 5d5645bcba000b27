import { claim, openLoan } from "./claims.ts";
import type { Place } from "./hub_connection.ts";
import { FORM, lentIn, type Reply } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

/** Messages that a client takes one after the other before it is lent any. */
const STREAK = 16;

/** Messages that the hub has lent. */
interface Loan {
  readonly slot: number;
  readonly serial: number;
  readonly messages: readonly Uint8Array[];
  next: number;
}

/** What a client takes from an object. */
interface Taking {
  /** Calls that are not answered. */
  pending: number;
  /** How many in a row had none beside them. */
  streak: number;
  loan: Loan | undefined;
  /** Whether all was taken of what was lent last. */
  isUsedUp: boolean;
}

/** How a call asks for a message. */
export interface TakingCall {
  /** Whether some may be lent with it: all that was lent before has been taken. */
  readonly mayBorrow: boolean;
  /** It has been answered. */
  end(): void;
}

/** What answers when something is to be given back. */
interface Link {
  readonly claims: Int32Array;
  readonly isConnected: boolean;
  open(): void;
}

/** What the hub has lent to this isolate: messages that are here before they are asked for. */
export class Loans {
  readonly #takings = new WeakMap<RelayedHolding, Taking>();
  readonly #link: Link;
  readonly #tell: (slot: number, place: Place) => void;

  /** @param tell tells the hub the slot of a loan, its serial, and how many are used */
  constructor(link: Link, tell: (slot: number, place: Place) => void) {
    this.#link = link;
    this.#tell = tell;
  }

  /**
   * Claims the next message that was lent of an object, if there is one, and tells
   * the hub: it may be used once that is written.
   */
  claim(holding: RelayedHolding): Uint8Array | undefined {
    const taking = this.#takings.get(holding);
    const loan = taking?.loan;
    // Those who wait for an answer come first.
    if (taking === undefined || loan === undefined || taking.pending > 0) {
      return undefined;
    }
    const { slot, serial, messages } = loan;
    if (!claim(this.#link.claims, slot, serial)) {
      taking.loan = undefined;
      taking.isUsedUp = false;
      return undefined;
    }
    const message = messages[loan.next++];
    if (loan.next === messages.length) {
      taking.loan = undefined;
      taking.isUsedUp = true;
    }
    this.#tell(slot, { cell: serial, generation: loan.next });
    return message;
  }

  /** A call is about to ask for a message. */
  begin(holding: RelayedHolding): TakingCall {
    let taking = this.#takings.get(holding);
    if (taking === undefined) {
      taking = { pending: 0, streak: 0, loan: undefined, isUsedUp: true };
      this.#takings.set(holding, taking);
    }
    taking.streak = taking.pending === 0 ? taking.streak + 1 : 0;
    taking.pending++;
    const mayBorrow = taking.streak >= STREAK && taking.isUsedUp &&
      taking.loan === undefined && this.#hasLink();
    // The hub asks back what it is not told about, before it answers.
    taking.isUsedUp = true;
    taking.loan = undefined;
    return { mayBorrow, end: () => void taking.pending-- };
  }

  /** Keeps what a reply lends; what is left is the first of it. */
  unpack(holding: RelayedHolding, reply: Reply): Reply {
    if (reply.form !== FORM.LENT) return reply;
    const { slot, serial, messages } = lentIn(reply.body);
    const [body, ...others] = messages;
    if (others.length > 0) this.#add(holding, slot, serial, others);
    return { ...reply, form: FORM.VALUE, body };
  }

  #add(
    holding: RelayedHolding,
    slot: number,
    serial: number,
    messages: readonly Uint8Array[],
  ): void {
    openLoan(this.#link.claims, slot, serial);
    const taking = this.#takings.get(holding)!;
    taking.loan = { slot, serial, messages, next: 0 };
    taking.isUsedUp = false;
  }

  #hasLink(): boolean {
    if (this.#link.isConnected) return true;
    this.#link.open();
    return false;
  }
}
