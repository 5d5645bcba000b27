import { LONGEST_TIMER } from "../_internal/parking/mod.ts";
import type { Session } from "./_session.ts";
import { type Callable, callTold, type ToldCall } from "./_told_call.ts";

/** The result of what waits: the call is answered later. */
export const WAITS = Symbol("waits");

/** Why a call waits no longer: a signal, its time, or the end of who asked. */
export type GivingUp = "aborted" | "late" | "gone";

/** A call that a manager has been asked for. */
export class Call {
  readonly session: Session;
  readonly number: number;
  /** The arguments, once they are there. */
  args: readonly unknown[];
  /** Whether it is to wait no longer, or has been answered. */
  isOver = false;
  /** Those that were known when it came. */
  readonly #functions: ReadonlyMap<number, ToldCall>;
  #sent: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session, number: number, args: readonly unknown[]) {
    this.session = session;
    this.number = number;
    this.args = args;
    this.#functions = session.functions;
  }

  /** Answers with a result. */
  readonly done = (value: unknown): void => {
    if (this.isOver) return;
    this.#settle();
    if (this.session.returned(this.number, value)) this.#sent?.();
  };

  /** Answers with an error. */
  readonly failed = (error: unknown): void => {
    if (this.isOver) return;
    this.#settle();
    this.session.threw(this.number, error);
  };

  /**
   * What to do as soon as the result has been sent: what it takes out of an object is
   * not lost if it cannot be.
   */
  onSent(act: () => void): void {
    this.#sent = act;
  }

  /**
   * What to do if the one who asked gives up; nothing has happened then. Until a
   * promise that it gives is settled they go on waiting.
   */
  onCancel(withdraw: (why: GivingUp) => unknown): void {
    this.session.waits.set(this.number, (why) => {
      this.isOver = true;
      clearTimeout(this.#timer);
      return withdraw(why);
    });
  }

  /** What to do if it waits for so many milliseconds. */
  limit(timeout: number, late: () => void): void {
    if (timeout > LONGEST_TIMER) return;
    this.#timer = setTimeout(late, Math.max(0, timeout));
  }

  /** It is to begin later; who asked can give up till then. */
  queue(): void {
    this.session.queued.set(this.number, () => {
      this.isOver = true;
    });
  }

  /** From now on, it is too late to give up. */
  holdOn(): void {
    this.session.queued.delete(this.number);
    this.session.waits.delete(this.number);
  }

  /**
   * The function of that number.
   *
   * @throws {TypeError} if the manager was not told of it
   */
  told(number: unknown): ToldCall {
    const told = this.#functions.get(number as number);
    if (told !== undefined) return told;
    throw new TypeError(
      "Cannot call the function: the manager was not told of it",
    );
  }

  /** Calls the function of that number, see {@linkcode callTold}. */
  with(number: unknown, use: (fn: Callable) => unknown): unknown {
    return callTold(this.told(number), use);
  }

  #settle(): void {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.holdOn();
  }
}
