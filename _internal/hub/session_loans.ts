import { type Lease, WANTED } from "../channel/mod.ts";
import { Opaque, packBatch, streamOf } from "../handles/mod.ts";
import { LOAN_COUNT } from "./messages.ts";
import type { Asker } from "./session_answers.ts";

/** Messages that are lent at first, and more of them to who has used most of those up. */
const FIRST_MESSAGES = 63;
const MORE_MESSAGES = 255;
/** Bytes in messages that are lent at a time. */
const MANY_BYTES = 65_536;
/** Milliseconds that others of the hub wait for a loan to be used up before it is recalled. */
const PATIENCE_MS = 2;

/** Who may be lent what the object gives next. */
export interface Borrower extends Asker {
  readonly object: object;
  readonly cell: number;
}

/**
 * Recalled loans of which it is remembered how many messages were begun. The link's word of
 * that can overtake what begins a message only together with words of loans that the client has
 * at that moment.
 */
const REMEMBERED = LOAN_COUNT;

let sessions = 0;

interface Entry {
  readonly lease: Lease;
  /** The cell that they come from. */
  readonly cell: number;
  /** Messages that were begun, the first included. */
  begun: number;
  /** Messages that were lent, whether begun or not. */
  count: number;
  /** When it was first seen that others want some of it. */
  seenWantedAt: number | undefined;
  isRecalled: boolean;
}

/**
 * What one client was lent. It has taken what it says it begins; the rest stays where
 * it was. If others want some of it, it is recalled: then the client's link says how
 * many were begun, and those are taken, though the client may not have told of the last.
 */
export class SessionLoans {
  readonly #entries = new Map<number, Entry>();
  /** Messages that were begun of loans that were recalled. */
  readonly #recalled = new Map<number, number>();
  readonly #holder = ++sessions;
  readonly #hasLink: () => boolean;
  readonly #recall: (number: number) => void;

  /**
   * @param hasLink whether the client can be asked for a loan
   * @param recall asks it
   */
  constructor(hasLink: () => boolean, recall: (number: number) => void) {
    this.#hasLink = hasLink;
    this.#recall = recall;
  }

  /**
   * Lends what comes after a message that a call has taken.
   *
   * @returns that message and those, together; nothing if there are none to lend
   */
  lend(
    { number, cell, object }: Borrower,
    { bytes, cells, isForeign }: Opaque,
  ): Opaque | undefined {
    // In a batch nobody would tell what another program has sent from what is to be believed.
    if (isForeign || bytes.length > MANY_BYTES || !this.#hasLink()) {
      return undefined;
    }
    // One that is blocked has no number; who uses one twice is up to no good.
    if (number === 0 || this.#entries.has(number)) return undefined;
    const lease = streamOf(object)?.inbox?.lease(this.#holder);
    if (lease === undefined) return undefined;
    const entry = {
      lease,
      cell,
      begun: 1,
      count: 1,
      seenWantedAt: undefined,
      isRecalled: false,
    };
    this.#entries.set(number, entry);
    return new Opaque(
      packBatch([bytes, ...this.#show(entry, FIRST_MESSAGES)]),
      [],
      cells,
    );
  }

  /**
   * The client begins a message of a loan, which may not have come.
   *
   * @param count messages that were begun, with that one
   * @returns whether it has been lent
   */
  begun(number: number, count: number): boolean {
    const entry = this.#entries.get(number);
    // The link, which has said how many were begun, may have been faster.
    if (entry === undefined) return count <= (this.#recalled.get(number) ?? 0);
    this.#take(entry, count);
    if (entry.begun === entry.count) this.#end(number, entry);
    return count <= entry.count;
  }

  /** Lends what else there is by now, if nobody else wants it: messages together. */
  more(number: number): Uint8Array {
    const entry = this.#entries.get(number);
    const isOurs = entry !== undefined && !entry.isRecalled &&
      entry.lease.wanted() === WANTED.NOBODY;
    return packBatch(isOurs ? this.#show(entry, MORE_MESSAGES) : []);
  }

  /** So many messages of a loan were begun, and no more will be, as the client says or its link. */
  kept(number: number, count: number, byLink: boolean): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return;
    this.#take(entry, count);
    this.#end(number, entry);
    if (byLink) this.#remember(number, entry.begun);
  }

  /**
   * Recalls what others want: at once, or when those of the hub have had patience.
   *
   * @returns milliseconds until it is to be looked again; Infinity if nobody has to
   */
  recallWanted(): number {
    let soonest = Infinity;
    if (!this.#hasLink()) return soonest;
    const now = performance.now();
    for (const [number, entry] of this.#entries) {
      const wanted = entry.lease.wanted();
      if (entry.isRecalled || wanted === WANTED.NOBODY) continue;
      entry.seenWantedAt ??= now;
      const left = entry.seenWantedAt + PATIENCE_MS - now;
      if (wanted === WANTED.AT_HUB && left > 0) {
        soonest = Math.min(left, soonest);
      } else {
        entry.isRecalled = true;
        this.#recall(number);
      }
    }
    return soonest;
  }

  /** The client has let go of a cell. */
  release(cell: number): void {
    for (const [number, entry] of this.#entries) {
      if (entry.cell === cell) this.#end(number, entry);
    }
  }

  /** The client has ended. */
  end(): void {
    for (const [number, entry] of this.#entries) this.#end(number, entry);
  }

  #show(entry: Entry, most: number): Uint8Array[] {
    const { lease, begun, count } = entry;
    const more = lease.show(count - begun, most, MANY_BYTES);
    entry.count += more.length;
    return more;
  }

  #take(entry: Entry, begun: number): void {
    const last = Math.min(begun, entry.count);
    for (; entry.begun < last; entry.begun++) entry.lease.take();
  }

  #remember(number: number, begun: number): void {
    if (this.#recalled.size === REMEMBERED) {
      const [oldest] = this.#recalled.keys();
      this.#recalled.delete(oldest);
    }
    this.#recalled.set(number, begun);
  }

  #end(number: number, { lease, isRecalled }: Entry): void {
    this.#entries.delete(number);
    lease.end({ wasRecalled: isRecalled });
  }
}
