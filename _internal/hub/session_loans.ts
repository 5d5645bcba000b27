import type { Channel } from "../channel/mod.ts";
import { LOANS, MOST_LENT, SERIALS } from "./claims.ts";

/** Most bytes of a loan, and of a message in it. */
const MOST_BYTES = 16_384;
const MOST_EACH = 2_048;
/** Milliseconds that a client is to need for all that it is lent. */
const FAST_MS = 0.6;
/** Milliseconds that another client waits for what one has, before that is asked back. */
const PATIENCE_MS = 1;
/** Milliseconds after which what has been lent is asked back. */
const RECALL_MS = 5;

/** What asks for things back. */
export interface LoanPort {
  /** Whether the client has a link, which answers whatever the client does. */
  readonly hasLink: boolean;
  /** Asks the link. */
  recall(slot: number, serial: number): void;
}

/** What a client has been lent of the messages of an object. */
interface Loan {
  readonly cell: number;
  readonly channel: Channel;
  readonly slot: number;
  readonly serial: number;
  readonly messages: readonly Uint8Array[];
  readonly since: number;
  /** How many of them the client has said that it uses. */
  used: number;
  /** How many it has claimed; known once it has given the others back. */
  claimed: number | undefined;
  isRecalled: boolean;
  readonly isOver: PromiseWithResolvers<void>;
  /** Asks it back for another client. */
  asking: ReturnType<typeof setTimeout> | undefined;
  readonly tell: ((count: number) => void) | undefined;
  /** Asks for it back; resolves when what is left of it is where it was. */
  readonly giveBack: () => Promise<void>;
}

/** What all clients have been lent. */
export class AllLoans {
  /** By cell: of each object one client has something at most. */
  readonly loans = new Map<number, Pick<Loan, "giveBack">>();
  /** How many others wait for that to end, by cell: it is their turn then. */
  readonly #waiting = new Map<number, number>();

  /** Waits until what another client has is used up, or given back. */
  async turn(cell: number, loan: Pick<Loan, "giveBack">): Promise<void> {
    this.#waiting.set(cell, (this.#waiting.get(cell) ?? 0) + 1);
    await loan.giveBack();
    const left = this.#waiting.get(cell)! - 1;
    if (left === 0) this.#waiting.delete(cell);
    else this.#waiting.set(cell, left);
  }

  /** Whether something of an object may be lent. */
  isFree(cell: number): boolean {
    return !this.loans.has(cell) && !this.#waiting.has(cell);
  }
}

/** How fast a client takes the messages of an object. */
interface Pace {
  /** How many it may be lent at a time. */
  allowance: number;
  since: number;
}

/** What a client gets with an answer: the first message answers, the others are lent. */
export interface Lent {
  readonly slot: number;
  readonly serial: number;
  readonly messages: readonly Uint8Array[];
}

/*
 * A client that takes one message after the other, fast, is lent some ahead. The
 * client claims each of them (`claims.ts`), says so, and uses it only when that has
 * been written. So whoever dies between any two lines:
 *
 * - the client before it has said so: its claim goes with it, and the message is put
 *   back, before all others;
 * - the client after that: it is lost with the client, the others are put back;
 * - the client once it was asked to give back: what the link has answered counts, or
 *   else what the client has said. A message that was claimed then and not yet used
 *   is lost with the client: one at most;
 * - the hub: all it had is gone, and its clients are told.
 *
 * A client that is slow, or busy with one of them, gives the others back: its link
 * answers when they have been lent for too long, and at once if any client asks for
 * something about the object. What is asked for waits until that is done, so that
 * nobody gets a message before one that comes back; the host waits, too (`LENT`).
 */

/** What a client has been lent. */
export class SessionLoans {
  readonly #loans = new Map<number, Loan>();
  readonly #bySlot: (Loan | undefined)[] = [];
  readonly #serials: number[] = Array(LOANS).fill(0);
  readonly #paces = new Map<number, Pace>();
  readonly #port: LoanPort;
  readonly #all: AllLoans;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param all what this client and others have been lent */
  constructor(port: LoanPort, all: AllLoans) {
    this.#port = port;
    this.#all = all;
  }

  /**
   * Lends messages of a channel, the first of which the client gets for good.
   *
   * @param tell told how many of them are lent, and 0 when they no longer are
   * @returns nothing if the client is to get one in the usual way
   */
  lend(
    cell: number,
    channel: Channel,
    tell: ((count: number) => void) | undefined,
  ): Lent | undefined {
    const pace = this.#paces.get(cell);
    if (pace === undefined) {
      this.#paces.set(cell, { allowance: 1, since: performance.now() });
      return undefined;
    }
    if (performance.now() - pace.since > FAST_MS) {
      pace.allowance = Math.max(1, pace.allowance >> 1);
    } else pace.allowance = Math.min(MOST_LENT, pace.allowance * 2);
    return this.#lend(cell, channel, tell, []);
  }

  /** Lends what there is besides a message that the client has waited for. */
  lendMore(
    cell: number,
    channel: Channel,
    tell: ((count: number) => void) | undefined,
    first: Uint8Array,
  ): Lent | undefined {
    return this.#lend(cell, channel, tell, [first]);
  }

  #lend(
    cell: number,
    channel: Channel,
    tell: ((count: number) => void) | undefined,
    messages: Uint8Array[],
  ): Lent | undefined {
    const pace = this.#paces.get(cell);
    if (pace === undefined) return undefined;
    // A pace is that of the client, between an answer and what it asks next.
    const now = pace.since = performance.now();
    const slot = this.#port.hasLink ? this.#freeSlot() : -1;
    // Who waits is to get the next, and two must not be lent of the same.
    if (slot < 0 || pace.allowance === 1 || !this.#all.isFree(cell)) {
      return undefined;
    }
    if (channel.isAwaited) return undefined;
    let bytes = 0;
    while (messages.length < pace.allowance && bytes < MOST_BYTES) {
      const message = channel.tryTakePlain(MOST_EACH);
      if (message === undefined) break;
      messages.push(message);
      bytes += message.byteLength;
    }
    if (messages.length === 0) return undefined;
    const serial = this.#serials[slot] = (this.#serials[slot] + 1) % SERIALS;
    if (messages.length > 1) {
      const loan: Loan = {
        cell,
        channel,
        slot,
        serial,
        messages: messages.slice(1),
        since: now,
        used: 0,
        claimed: undefined,
        isRecalled: false,
        isOver: Promise.withResolvers(),
        asking: undefined,
        tell,
        giveBack: () => this.#askBackSoon(loan),
      };
      channel.lent = loan.messages.length;
      this.#all.loans.set(cell, loan);
      tell?.(loan.messages.length);
      this.#loans.set(cell, loan);
      this.#bySlot[slot] = loan;
      this.#watch();
    }
    return { slot, serial, messages };
  }

  /** The client says that it uses so many of a loan. */
  took(slot: number, serial: number, count: number): void {
    const loan = this.#bySlot[slot];
    if (loan?.serial !== serial) return;
    loan.used = count;
    if (count === loan.claimed) this.#end(loan);
  }

  /**
   * The client asks for something else about an object, or for more.
   *
   * @param isUsedUp whether it says that it has all that it was lent
   * @returns what to wait for before, if anything
   */
  before(cell: number, isUsedUp: boolean): Promise<void> | undefined {
    const loan = this.#loans.get(cell);
    if (loan === undefined) {
      const other = this.#all.loans.get(cell);
      return other && this.#all.turn(cell, other);
    }
    if (!isUsedUp) return this.#askBack(loan);
    this.#takeBack(loan, loan.messages.length);
    return undefined;
  }

  /** The client's link says that so many of a loan have been claimed, and no more can be. */
  returned(slot: number, serial: number, count: number): void {
    const loan = this.#bySlot[slot];
    if (loan?.serial !== serial || loan.claimed !== undefined) return;
    this.#takeBack(loan, Math.min(count, loan.messages.length));
  }

  /** The client lets go of an object. */
  forget(cell: number): void {
    this.#paces.delete(cell);
  }

  /** The client has ended: what it has not used is there for others. */
  end(): void {
    clearTimeout(this.#timer);
    for (const loan of [...this.#loans.values()]) {
      this.#takeBack(loan, loan.used);
    }
    for (const loan of [...this.#bySlot]) {
      if (loan !== undefined) this.#end(loan);
    }
  }

  /** Puts back all but those that the client has claimed. */
  #takeBack(loan: Loan, claimed: number): void {
    loan.claimed = claimed;
    this.#loans.delete(loan.cell);
    this.#all.loans.delete(loan.cell);
    loan.channel.putBack(loan.messages.slice(claimed));
    loan.channel.lent = 0;
    clearTimeout(loan.asking);
    loan.isOver.resolve();
    // Else it is about to say so of the last: then it has also said how those before went.
    if (loan.used >= claimed) this.#end(loan);
  }

  #end(loan: Loan): void {
    this.#bySlot[loan.slot] = undefined;
    loan.tell?.(0);
  }

  #askBack(loan: Loan): Promise<void> {
    // Without a link the client is about to end, which ends the loan.
    if (!loan.isRecalled) this.#port.recall(loan.slot, loan.serial);
    loan.isRecalled = true;
    return loan.isOver.promise;
  }

  /** Most clients use up what they have sooner than they could be asked. */
  #askBackSoon(loan: Loan): Promise<void> {
    loan.asking ??= setTimeout(() => this.#askBack(loan), PATIENCE_MS);
    return loan.isOver.promise;
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = performance.now() - RECALL_MS;
      for (const loan of this.#loans.values()) {
        if (loan.since > due && !loan.channel.isAwaited) continue;
        const pace = this.#paces.get(loan.cell);
        if (pace !== undefined) pace.allowance = 1;
        this.#askBack(loan);
      }
      if (this.#loans.size > 0) this.#watch();
    }, RECALL_MS);
  }

  #freeSlot(): number {
    for (let slot = 0; slot < LOANS; slot++) {
      if (this.#bySlot[slot] === undefined) return slot;
    }
    return -1;
  }
}
