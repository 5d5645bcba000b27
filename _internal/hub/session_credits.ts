import { holdingOf, streamOf } from "../handles/mod.ts";
import type { Parcel } from "../channel/mod.ts";
import { EPOCHS } from "./messages.ts";

/** Bytes that a client may send to an object before it hears of it again. */
const WINDOW = 65_536;
/** Objects that a client may send ahead to at once. */
const MOST = 32;

interface Credit {
  readonly object: object;
  readonly generation: number;
  /** What the client has left, as far as is known here. */
  bytes: number;
}

/**
 * To which objects a client may send without waiting for an answer, and how much.
 * What comes is put whatever waits there already: its sender has gone on, so that
 * it must find room. A client that has used up its credit, or has none as the object
 * is full, sends by a call, which waits as any does.
 *
 * Before anything is told to a client it is told that an object of these is over, by
 * a new epoch, which ends all its credit. So whoever has been told by others that a
 * queue is closed does not send to it ahead.
 */
export class SessionCredits {
  /** Counted up, modulo EPOCHS, when all credit from before has ended. */
  epoch = 0;
  readonly #credits = new Map<number, Credit>();
  readonly #tell: (words: readonly number[]) => void;

  /** @param tell tells the client of a cell, its generation, and bytes more */
  constructor(tell: (words: readonly number[]) => void) {
    this.#tell = tell;
  }

  /** A call has sent something to an object: others need not wait, if there is room. */
  grant(object: object, cell: number, generation: number): void {
    if (this.#credits.get(cell)?.generation === generation) return;
    const stream = streamOf(object);
    if (
      stream === undefined || stream.isOver || !stream.outbox.mayPromiseRoom
    ) {
      return;
    }
    if (this.#credits.size >= MOST) this.#endAll();
    const credit = { object, generation, bytes: WINDOW };
    this.#credits.set(cell, credit);
    this.#tell([cell, generation, WINDOW]);
  }

  /** Puts what has been sent ahead. */
  put(object: object, cell: number, parcel: Parcel, size: number): void {
    const stream = streamOf(object);
    // Where nobody is left to take it, it is lost as it is in any pipe.
    if (stream !== undefined && holdingOf(object)?.takeBack() !== false) {
      stream.outbox.putPromised(parcel);
    }
    const credit = this.#credits.get(cell);
    if (credit === undefined) return;
    if (stream === undefined || stream.isOver) {
      this.#endAll();
      // Who only sends hears of it by this; what is on its way by then is lost.
      return this.#tell([cell, credit.generation, 0]);
    }
    credit.bytes -= size;
    if (credit.bytes > WINDOW / 2 || !stream.outbox.mayPromiseRoom) return;
    this.#tell([cell, credit.generation, WINDOW - credit.bytes]);
    credit.bytes = WINDOW;
  }

  /** The client has let go of an object. */
  forget(cell: number): void {
    this.#credits.delete(cell);
  }

  /** The client has let go of one of several handles: which of them has what is known there. */
  end(cell: number): void {
    if (this.#credits.has(cell)) this.#endAll();
  }

  /** Ends all credit if an object is over: before anything is told. */
  check(): void {
    for (const { object } of this.#credits.values()) {
      if (streamOf(object)!.isOver) return this.#endAll();
    }
  }

  #endAll(): void {
    this.#credits.clear();
    this.epoch = (this.epoch + 1) % EPOCHS;
  }
}
