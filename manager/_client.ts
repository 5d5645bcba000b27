import { nextNumber } from "../_internal/channel/mod.ts";
import { toldFunction } from "../_internal/lanes/mod.ts";
import { log } from "../_internal/log.ts";
import {
  checkWait,
  LoggedWait,
  LONGEST_TIMER,
  timeoutError,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { failCall, failCallBy } from "./_fail_call.ts";
import { ASK, MOST_FUNCTIONS, type RequestTarget, TELL } from "./_messages.ts";
import type { KeptRef, ObjectRef } from "./_object_ref.ts";

/** A call that has not been answered. */
interface Pending {
  /** Not to be collected before. */
  readonly ref: ObjectRef | KeptRef | undefined;
  readonly of: string;
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly logged: LoggedWait | undefined;
  /** Why it is to wait no longer. */
  reason: () => unknown;
  /** What to call when it is settled. */
  settled: (() => void) | undefined;
}

const ROOT_TARGET: RequestTarget = [0, 0];
const NO_NAME = "";
const NO_BODY = "";
const NO_REASON = () => {};

/**
 * Carries the calls of an isolate to a manager: at once and in their order, any
 * number without waiting for answers.
 */
export abstract class Client {
  readonly #pending = new Map<number, Pending>();
  readonly #told = new Set<number>();
  #numbers = 0;
  #over: string | undefined;
  #isHeld = false;

  /** What the manager is called. */
  abstract readonly name: string;
  /** The manager, as messages name it. */
  abstract get manager(): string;
  /** Sends what has been asked; throws if it cannot. */
  protected abstract post(
    kind: number,
    number: number,
    target: RequestTarget,
    name: string,
    body: unknown,
  ): void;
  /** Some call waits now, or none does any more. */
  protected abstract held(isHeld: boolean): void;
  /** Throws nothing: notices that the manager has ended, if it has. */
  protected abstract look(): void;
  /** Makes what refers to a new object. */
  abstract newRef(): ObjectRef;

  /** How many calls have not been answered. */
  get pending(): number {
    return this.#pending.size;
  }

  /**
   * Has the manager make an object.
   *
   * @throws {TypeError} if the arguments cannot be sent
   * @throws {Error} if the manager has ended
   */
  create(type: string, args: readonly unknown[]): ObjectRef {
    this.look();
    if (this.#over !== undefined) {
      throw new Error(`Cannot create ${type}: ${this.#over}`);
    }
    const ref = this.newRef();
    try {
      this.post(ASK.CREATE, 0, ref.target, type, args);
    } catch (error) {
      ref.close();
      throw error;
    }
    return ref;
  }

  /**
   * Calls a method.
   *
   * @param of the class of the proxy, for messages
   */
  call<T>(
    ref: ObjectRef | KeptRef | undefined,
    of: string,
    method: string,
    args: readonly unknown[],
    wait?: WaitOptions,
  ): Promise<T> {
    try {
      checkWait(wait);
      if (ref?.isClosed) {
        throw new Error(
          `Cannot ${doing(of, method)}: the proxy has been disposed of`,
        );
      }
      this.look();
      if (this.#over !== undefined) {
        throw new Error(`Cannot ${doing(of, method)}: ${this.#over}`);
      }
      const number = this.#numbers = nextNumber(this.#numbers);
      const target = ref?.target ?? ROOT_TARGET;
      const { promise, resolve } = Promise.withResolvers<T>();
      this.post(ASK.CALL, number, target, method, args);
      const pending: Pending = {
        ref,
        of,
        method,
        resolve: resolve as (value: unknown) => void,
        logged: log && LoggedWait.beginAsync(doing(of, method)),
        reason: NO_REASON,
        settled: undefined,
      };
      this.#pending.set(number, pending);
      this.#hold(true);
      if (wait !== undefined) this.#limit(number, pending, wait);
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Tells the manager of a function, if it does not know it.
   *
   * @returns its number
   * @throws {TypeError} if it is none, or cannot be sent
   */
  tell(target: unknown, doing: string): number {
    const { id, description } = toldFunction(target, doing);
    if (!this.#told.has(id)) {
      this.post(ASK.FUNCTION, id, ROOT_TARGET, NO_NAME, description);
      if (this.#told.size === MOST_FUNCTIONS) this.#told.clear();
      this.#told.add(id);
    }
    return id;
  }

  /** Tells the manager to end. */
  stop(): void {
    this.look();
    if (this.#over !== undefined) return;
    this.post(ASK.STOP, 0, ROOT_TARGET, NO_NAME, NO_BODY);
  }

  /** Takes a reply. */
  protected take(
    kind: number,
    number: number,
    decode: () => unknown,
  ): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.#pending.delete(number);
    const { resolve, settled, reason, logged } = pending;
    settled?.();
    logged?.end(kind === TELL.CANCELLED);
    if (kind === TELL.CANCELLED) return failCall(resolve, reason);
    let value: unknown;
    try {
      value = decode();
    } catch (error) {
      return failCall(resolve, () => error);
    }
    if (kind === TELL.RETURNED) return resolve(value);
    Promise.resolve(value).then(
      (error) => failCallBy(resolve, error, this.manager),
      (error) => failCall(resolve, () => error),
    );
  }

  /** Lets the program go on as soon as nothing is awaited. */
  protected settle(): void {
    if (this.#pending.size === 0) this.#hold(false);
  }

  /** The manager has ended, or cannot be reached: so does every call. */
  protected end(why: string): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { of, method, resolve, settled, logged } of pending) {
      settled?.();
      logged?.end(true);
      failCall(
        resolve,
        () => new Error(`Cannot ${doing(of, method)}: ${why}`),
      );
    }
    this.#hold(false);
  }

  /** Whether the manager has ended, as far as is known. */
  protected get isOver(): boolean {
    return this.#over !== undefined;
  }

  #hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.held(isHeld);
  }

  /** Sees to it that a call waits no longer than the options say. */
  #limit(
    number: number,
    pending: Pending,
    { timeout = Infinity, signal }: WaitOptions,
  ): void {
    const giveUp = (kind: number, reason: () => unknown) => {
      // Who has an answer on its way gets that.
      pending.settled?.();
      pending.settled = undefined;
      pending.reason = reason;
      this.look();
      if (this.#over !== undefined) return;
      this.post(kind, number, ROOT_TARGET, NO_NAME, NO_BODY);
    };
    const late = () =>
      giveUp(
        ASK.LATE,
        () => timeoutError(doing(pending.of, pending.method), timeout),
      );
    if (timeout <= 0) return late();
    const timer = timeout > LONGEST_TIMER ? undefined : setTimeout(
      late,
      timeout,
    );
    const abort = () => giveUp(ASK.CANCEL, () => signal!.reason);
    signal?.addEventListener("abort", abort);
    pending.settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  }
}

/** What a call is in messages. */
export function doing(of: string, method: string): string {
  return `call ${method}() of ${of}`;
}
