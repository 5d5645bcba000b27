import { errorOfLooking } from "../_internal/codec/mod.ts";
import type { GivingUp } from "./_call.ts";
import type { Hosted } from "./_hosted.ts";
import { MOST_FUNCTIONS, TELL } from "./_messages.ts";
import type { ObjectRef } from "./_object_ref.ts";
import type { ToldCall } from "./_told_call.ts";

/** How to encode the value of a reply. */
export interface Encoding {
  /** What to call it. */
  readonly root: string;
  /** Whether it was thrown: then of what it has is left out what cannot be sent. */
  readonly thrown?: boolean;
}

export const RESULT: Encoding = { root: "result" };
const THROWN: Encoding = { root: "error", thrown: true };

/** What a manager knows of somebody who asks it. */
export abstract class Session {
  /** What to call if a call is to wait no longer, by its number. */
  readonly waits = new Map<number, (why: GivingUp) => unknown>();
  /** The same of calls that have not begun: the end of the session does not end them. */
  readonly queued = new Map<number, () => void>();
  /** What is held, and how it is given back when the session ends. */
  readonly holds = new Map<object, (well: boolean) => void>();
  /** What is being iterated over. */
  readonly cursors = new Map<number, Iterator<unknown[], undefined>>();
  readonly #find: (ref: ObjectRef) => Hosted | undefined;
  #functions = new Map<number, ToldCall>();
  #cursors = 0;
  #isOver = false;

  /** @param find finds the object of a proxy */
  constructor(find: (ref: ObjectRef) => Hosted | undefined) {
    this.#find = find;
  }

  /** Who it is, for the log. */
  abstract readonly name: string;

  /**
   * Sends what became of a call.
   *
   * @throws {TypeError} if it cannot be sent
   * @throws {RangeError} if it is too much
   */
  protected abstract reply(
    kind: number,
    number: number,
    value: unknown,
    encoding: Encoding,
  ): void;

  /** @throws {TypeError} if a result cannot be sent */
  abstract checkSendable(value: unknown): void;
  abstract cancelled(number: number): void;

  /** Sends a result, or why it cannot be sent; whether it was. */
  returned(number: number, value: unknown): boolean {
    if (this.#isOver) return false;
    try {
      this.reply(TELL.RETURNED, number, value, RESULT);
      return true;
    } catch (error) {
      this.threw(number, error);
      return false;
    }
  }

  /** Sends an error, or why it cannot be sent. */
  threw(number: number, error: unknown): void {
    if (this.#isOver) return;
    try {
      this.reply(TELL.THREW, number, error, THROWN);
    } catch (problem) {
      // Not an error, of which what cannot be sent would be left out; or too much.
      try {
        this.reply(TELL.THREW, number, problem, THROWN);
      } catch {
        this.reply(TELL.THREW, number, errorOfLooking(), THROWN);
      }
    }
  }

  /** Ends a wait, if it goes on. */
  cancel(number: number, why: GivingUp): void {
    const withdraw = this.queued.get(number) ?? this.waits.get(number);
    if (withdraw === undefined) return;
    this.queued.delete(number);
    this.waits.delete(number);
    const withdrawn = withdraw(why);
    if (withdrawn instanceof Promise) {
      withdrawn.then(() => this.cancelled(number));
    } else this.cancelled(number);
  }

  /** The object that one of this manager's proxies refers to. */
  hostedOf(ref: ObjectRef): Hosted | undefined {
    return this.#find(ref);
  }

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

  /** Forgets what the one who asked has told of and has begun to iterate over. */
  protected forget(): void {
    // Calls that came before keep those that they know.
    this.#functions = new Map();
    this.cursors.clear();
  }

  /** The functions that calls which come now may name. */
  get functions(): ReadonlyMap<number, ToldCall> {
    return this.#functions;
  }

  /** Whether the one who asked has gone, and that was told. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the one who asked has gone; that is told once all that it asked for is done. */
  get isGone(): boolean {
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
    for (const withdraw of waits) withdraw("gone");
    for (const giveBack of [...this.holds.values()]) giveBack(well);
    this.holds.clear();
    this.forget();
  }
}
