import type { Hosted } from "./_hosted.ts";
import { MOST_FUNCTIONS } from "./_messages.ts";
import type { ObjectRef } from "./_object_ref.ts";
import type { ToldCall } from "./_told_call.ts";

/** What a manager knows of somebody who asks it. */
export abstract class Session {
  /** What to call if a call is to wait no longer, by its number. */
  readonly waits = new Map<number, () => unknown>();
  /** What is held, and how it is given back when the session ends. */
  readonly holds = new Map<object, (well: boolean) => void>();
  /** What is being iterated over. */
  readonly cursors = new Map<number, Iterator<unknown[], undefined>>();
  #functions = new Map<number, ToldCall>();
  #cursors = 0;
  #isOver = false;

  /** Who it is, for the log. */
  abstract readonly name: string;
  /** Sends a result, or why it cannot be sent; whether it was. */
  abstract returned(number: number, value: unknown): boolean;
  abstract threw(number: number, error: unknown): void;
  /** @throws {TypeError} if a result cannot be sent */
  abstract checkSendable(value: unknown): void;
  abstract cancelled(number: number): void;

  /** Ends a wait, if it goes on. */
  cancel(number: number): void {
    const withdraw = this.waits.get(number);
    if (withdraw === undefined) return;
    this.waits.delete(number);
    const withdrawn = withdraw();
    if (withdrawn instanceof Promise) {
      withdrawn.then(() => this.cancelled(number));
    } else this.cancelled(number);
  }

  /** The object that one of this manager's proxies refers to. */
  abstract hostedOf(ref: ObjectRef): Hosted | undefined;

  /** Remembers a function; calls that came before keep those that they know. */
  learn(number: number, told: ToldCall): void {
    if (this.#functions.size === MOST_FUNCTIONS) this.#functions = new Map();
    this.#functions.set(number, told);
  }

  /** Remembers what is being iterated over. */
  addCursor(batches: Iterator<unknown[], undefined>): number {
    this.cursors.set(++this.#cursors, batches);
    return this.#cursors;
  }

  /** The functions that calls which come now may name. */
  get functions(): ReadonlyMap<number, ToldCall> {
    return this.#functions;
  }

  /** Whether the one who asked has gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * The one who asked has gone: withdraws its waits, and gives back what it holds.
   *
   * @param well whether it has done what it wanted to
   */
  end(well: boolean): void {
    this.#isOver = true;
    const waits = [...this.waits.values()];
    this.waits.clear();
    for (const withdraw of waits) withdraw();
    for (const giveBack of [...this.holds.values()]) giveBack(well);
    this.holds.clear();
    this.cursors.clear();
    this.#functions.clear();
  }
}
