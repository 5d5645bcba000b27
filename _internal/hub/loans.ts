import type { HubConnection } from "./hub_connection.ts";
import type { HubLink } from "./hub_link.ts";
import { Loan } from "./loan.ts";
import { LOAN_COUNT, type Reply } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

/**
 * What is taken so many times within so many milliseconds is worth being borrowed. Short waits for
 * an answer are not counted: who gets little, as others get much, would never be lent anything.
 */
const MANY = 64;
const MANY_MS = 32;
const SHORT_WAIT_MS = 4;
/** So many calls in a row that were lent nothing are enough for a while. */
const VAIN = 16;
/** Messages that are taken before the pace is measured again. */
const REST = 64;

/** The loans of this isolate. */
export class Loans {
  readonly #connection: HubConnection;
  readonly #link: HubLink;
  /** Those that were asked for, and have not ended. */
  readonly #loans = new Map<RelayedHolding, Loan>();
  readonly #paces = new WeakMap<RelayedHolding, Pace>();
  readonly #free = new Set(Array(LOAN_COUNT).keys());
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

  /** What to ask for with the next message, if many are taken. */
  ask(holding: RelayedHolding): Loan | undefined {
    const pace = this.#paceOf(holding);
    // What the caller computes before it lets others run is no wait.
    queueMicrotask(() => pace.asked());
    const loan = this.#loans.get(holding);
    const isFirst = loan === undefined && pace.isFast;
    const next = isFirst || loan?.mayBring ? this.#make(holding) : undefined;
    // Whoever asks now comes before those who would get what that brings.
    if (next === undefined) loan?.giveBack();
    return next;
  }

  /**
   * A call has been answered.
   *
   * @param loan what {@linkcode ask} gave for it
   * @param doing what it was for
   * @returns the reply with what is given
   */
  async given(
    holding: RelayedHolding,
    loan: Loan | undefined,
    reply: Reply,
    doing: string,
  ): Promise<Reply> {
    const pace = this.#paceOf(holding);
    pace.answered();
    if (loan === undefined) return reply;
    const given = loan.first(reply);
    const { told } = loan;
    if (told === undefined) pace.lent(given !== reply);
    else if (!await told) throw this.#connection.calls.ended(doing);
    return given;
  }

  /** More of a loan has come, or nothing. */
  came(reply: Reply): void {
    for (const loan of this.#loans.values()) loan.came(reply);
  }

  /** What was lent goes back: it is asked for in another way, or never. */
  giveBack(holding: RelayedHolding): void {
    this.#loans.get(holding)?.giveBack();
  }

  /** The next loan, which follows the one that there is; nothing if there is no place for it. */
  #make(holding: RelayedHolding): Loan | undefined {
    if (!this.#isOpening) this.#open();
    const [at] = this.#free;
    if (this.#words === undefined || at === undefined) return undefined;
    this.#free.delete(at);
    const ended = (before: Loan | undefined) => {
      this.#free.add(at);
      // Another may have followed it.
      if (this.#loans.get(holding) !== loan) return;
      if (before === undefined) this.#loans.delete(holding);
      else this.#loans.set(holding, before);
    };
    const before = this.#loans.get(holding);
    const words = this.#words;
    const loan = new Loan(this.#connection, words, at, ended, before);
    this.#loans.set(holding, loan);
    return loan;
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

/** How often something is taken, and whether to borrow is of use. */
class Pace {
  isFast = false;
  #count = 0;
  #since = performance.now();
  #waitsFrom = 0;
  #vain = 0;

  /** It is taken. */
  count(): void {
    if (++this.#count < MANY) return;
    const now = performance.now();
    this.isFast = now - this.#since < MANY_MS;
    this.#since = now;
    this.#count = 0;
  }

  /** A call begins to wait. */
  asked(): void {
    this.#waitsFrom = performance.now();
  }

  /** A call has been answered; of several that wait at a time, the time counts once. */
  answered(): void {
    const now = performance.now();
    const waited = now - this.#waitsFrom;
    this.#waitsFrom = now;
    if (waited < SHORT_WAIT_MS) this.#since += waited;
  }

  /** A loan was asked for: whether there was one. */
  lent(something: boolean): void {
    this.#vain = something ? 0 : this.#vain + 1;
    if (this.#vain < VAIN) return;
    this.#vain = 0;
    this.isFast = false;
    this.#count = -REST;
  }
}
