import { type Call, type GivingUp, WAITS } from "./_call.ts";

/** What becomes of a call that waits. */
export interface Waiting<T> {
  /** It is let go. Default: that is its answer. */
  readonly go?: (value: T) => void;
  /** It gives up; if that gives a promise, it is told only when that is settled. */
  readonly withdrawn?: (why: GivingUp) => unknown;
}

/** One that waits, and its number among all that ever have. */
interface Place<T> {
  readonly number: number;
  readonly waiting: Waiting<T>;
}

/** Calls that wait for something, in order. */
export class WaitingLine<T> {
  readonly #waiting = new Map<Call, Place<T>>();
  #last = 0;

  /** The number of the last that has come to wait, to be told from those who come later. */
  get last(): number {
    return this.#last;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether any of those who wait has gone, though that is not told yet. */
  get hasGone(): boolean {
    for (const call of this.#waiting.keys()) {
      if (call.session.isGone) return true;
    }
    return false;
  }

  /** Lets a call wait. */
  wait(call: Call, waiting: Waiting<T> = {}): typeof WAITS {
    this.#waiting.set(call, { number: ++this.#last, waiting });
    call.onCancel((why) => {
      this.#waiting.delete(call);
      return waiting.withdrawn?.(why);
    });
    return WAITS;
  }

  /**
   * Lets the first go with a value; whether there was one. Who has gone gets nothing:
   * it would be lost.
   *
   * @param last the number of the last that may go
   */
  letGo(valueFor: (call: Call) => T, last = Infinity): boolean {
    for (const [call, { number, waiting }] of this.#waiting) {
      if (number > last) return false;
      this.#waiting.delete(call);
      if (call.session.isGone) continue;
      go(call, waiting, valueFor(call));
      return true;
    }
    return false;
  }

  /** Lets all go that wait now, with a value each. */
  letAllGo(valueFor: () => T): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const [call, { waiting }] of all) go(call, waiting, valueFor());
  }

  /** Sends all away. */
  sendAway(error: unknown): void {
    const calls = [...this.#waiting.keys()];
    this.#waiting.clear();
    for (const call of calls) {
      call.holdOn();
      call.failed(error);
    }
  }
}

function go<T>(call: Call, { go }: Waiting<T>, value: T): void {
  call.holdOn();
  if (go === undefined) call.done(value);
  else go(value);
}
