import type { Lease } from "../channel/mod.ts";
import { Opaque, packBatch, streamOf } from "../handles/mod.ts";
import type { Borrower } from "./session_answers.ts";

/** Messages, and bytes in them, that are lent at a time. */
const MOST_MESSAGES = 63;
const MANY_BYTES = 65_536;

interface Entry {
  readonly lease: Lease;
  /** The cell that they come from. */
  readonly cell: number;
  /** Messages that were begun, the first included. */
  begun: number;
  /** Messages that are its client's, whether begun or not. */
  count: number;
  isRecalled: boolean;
}

/**
 * What one client was lent. It has taken what it says it begins; the rest stays where
 * it was. If others want some of it, it is recalled: then the client's link says how
 * many were begun, and those that the client has not told of yet are taken once it does.
 */
export class SessionLoans {
  readonly #entries = new Map<number, Entry>();
  readonly #recall: (number: number) => boolean;

  /** @param recall asks the client for a loan; not if there is no way yet */
  constructor(recall: (number: number) => boolean) {
    this.#recall = recall;
  }

  /**
   * Lends what comes after a message that a call has taken, if anything can be.
   *
   * @returns that message and those, together
   */
  lend({ number, cell, object }: Borrower, first: Opaque): Opaque {
    const lease = streamOf(object)?.inbox?.lease();
    const messages = [first.bytes];
    if (lease !== undefined) {
      const entry = { lease, cell, begun: 1, count: 1, isRecalled: false };
      messages.push(...this.#more(entry));
      this.#entries.set(number, entry);
      this.#endIfDone(number, entry);
    }
    return new Opaque(packBatch(messages), [], first.cells);
  }

  /**
   * The client begins the next message of a loan.
   *
   * @returns whether it is one
   */
  begun(number: number): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return;
    entry.begun++;
    entry.lease.take();
    this.#endIfDone(number, entry);
  }

  /** Lends what else there is by now, if nobody else wants it: messages together. */
  more(number: number): Uint8Array {
    const entry = this.#entries.get(number);
    const isOurs = entry !== undefined && !entry.isRecalled &&
      !entry.lease.isWanted();
    return packBatch(isOurs ? this.#more(entry) : []);
  }

  /** Only so many messages of a loan are the client's. */
  kept(number: number, count: number): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return;
    entry.count = Math.min(entry.count, count);
    this.#endIfDone(number, entry);
  }

  /** Recalls what others want. */
  recallWanted(): void {
    for (const [number, entry] of this.#entries) {
      if (entry.isRecalled || !entry.lease.isWanted()) continue;
      entry.isRecalled = this.#recall(number);
    }
  }

  /** The client needs a cell no longer. */
  release(cell: number): void {
    for (const [number, entry] of this.#entries) {
      if (entry.cell === cell) this.kept(number, 0);
    }
  }

  /** The client has ended. */
  end(): void {
    for (const number of this.#entries.keys()) this.kept(number, 0);
  }

  #more(entry: Entry): Uint8Array[] {
    const { lease, begun, count } = entry;
    const more = lease.show(count - begun, MOST_MESSAGES, MANY_BYTES);
    entry.count += more.length;
    return more;
  }

  #endIfDone(number: number, { lease, begun, count }: Entry): void {
    if (begun < count) return;
    this.#entries.delete(number);
    lease.end();
  }
}
