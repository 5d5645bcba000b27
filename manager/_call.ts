import { explainReferenceError } from "../_internal/launch/child.ts";
import { Exclusive } from "./_hosted.ts";
import type { Session } from "./_session.ts";

type Callable = (...args: unknown[]) => unknown;

/** A call that a manager has been asked for. */
export class Call {
  readonly session: Session;
  readonly number: number;
  /** The arguments, once they are there. */
  args: readonly unknown[];
  /** Whether it is to wait no longer, or has been answered. */
  isOver = false;

  constructor(session: Session, number: number, args: readonly unknown[]) {
    this.session = session;
    this.number = number;
    this.args = args;
  }

  /** Answers with a result. */
  readonly done = (value: unknown): void => {
    if (this.isOver) return;
    this.#settle();
    this.session.returned(this.number, value);
  };

  /** Answers with an error. */
  readonly failed = (error: unknown): void => {
    if (this.isOver) return;
    this.#settle();
    this.session.threw(this.number, error);
  };

  /** What to do if the one who asked gives up; nothing has happened then. */
  onCancel(withdraw: () => void): void {
    this.session.waits.set(this.number, () => {
      this.isOver = true;
      withdraw();
    });
  }

  /**
   * Calls a function that has been told of.
   *
   * @param use is given the function, and gives the result
   */
  with(number: unknown, use: (fn: Callable) => unknown): unknown {
    const told = this.session.functions.get(number as number);
    if (told === undefined) {
      throw new TypeError(
        "Cannot call the function: the manager was not told of it",
      );
    }
    const explained = (error: unknown): never => {
      throw explainReferenceError(error, told.description);
    };
    if (told.call === undefined) {
      return new Exclusive(told.find().then(use).catch(explained));
    }
    try {
      const value = use(told.call);
      return isPromise(value)
        ? new Exclusive(Promise.resolve(value).catch(explained))
        : value;
    } catch (error) {
      return explained(error);
    }
  }

  #settle(): void {
    this.isOver = true;
    this.session.waits.delete(this.number);
  }
}

/** Goes on with a value, at once if it is there. */
export function andThen(
  value: unknown,
  next: (value: unknown) => unknown,
): unknown {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** Whether a value is to be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

/**
 * A whole number that somebody has sent.
 *
 * @throws {TypeError} if it is none
 */
export function whole(value: unknown, name: string): number {
  if (Number.isInteger(value)) return value as number;
  throw new TypeError(
    `Cannot use ${name}: ${
      typeof value === "number" ? value : typeof value
    } is not a whole number`,
  );
}
