import { type Call, WAITS } from "./_call.ts";

/** What becomes of a call that waits. */
export interface Waiting<T> {
  /** It is let go. Default: that is its answer. */
  readonly go?: (value: T) => void;
  /** It gives up; if that gives a promise, it is told only when that is settled. */
  readonly withdrawn?: () => unknown;
}

/** Calls that wait for something, in order. */
export class WaitingLine<T> {
  readonly #waiting = new Map<Call, Waiting<T>>();

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The call that has waited longest. */
  get first(): Call | undefined {
    for (const call of this.#waiting.keys()) return call;
    return undefined;
  }

  /** Lets a call wait. */
  wait(call: Call, waiting: Waiting<T> = {}): typeof WAITS {
    this.#waiting.set(call, waiting);
    call.onCancel(() => {
      this.#waiting.delete(call);
      return waiting.withdrawn?.();
    });
    return WAITS;
  }

  /** Lets the first go with a value; whether there was one. */
  letGo(value: T): boolean {
    for (const [call, { go }] of this.#waiting) {
      this.#waiting.delete(call);
      call.holdOn();
      if (go === undefined) call.done(value);
      else go(value);
      return true;
    }
    return false;
  }

  /** Forgets a call whose asker has gone. */
  drop(call: Call): void {
    this.#waiting.delete(call);
  }

  /** Lets all go that wait now, with a value each. */
  letAllGo(valueFor: () => T): void {
    for (let left = this.size; left > 0; left--) this.letGo(valueFor());
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
