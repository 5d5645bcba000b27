import type { Reply } from "./messages.ts";

interface Pending {
  readonly doing: string;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  /** Whether the program may end meanwhile. */
  readonly isIdle: boolean;
  readonly over: (() => void) | undefined;
}

/** A call of a hub that has ended. */
export class HubEndedError extends Error {}

/** The calls that a hub has not answered. */
export class CallTable {
  /** Whether the hub has ended. */
  isOver = false;
  readonly #pending = new Map<number, Pending>();
  readonly #held: (isHeld: boolean) => void;
  #last = 0;
  #holds = 0;

  /** @param held called when the program is to go on, and when it may end */
  constructor(held: (isHeld: boolean) => void) {
    this.#held = held;
  }

  /**
   * Notes a call.
   *
   * @param doing what to say was attempted
   * @param isIdle whether the program may end while it waits
   * @param over called once it is settled or forgotten, before anything else that the hub says
   */
  begin(
    doing: string,
    isIdle = false,
    over?: () => void,
  ): { number: number; promise: Promise<Reply> } {
    const number = this.reserve(doing);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    // Whoever gives up before it is answered is not told twice.
    promise.catch(() => {});
    this.#pending.set(number, { doing, resolve, reject, isIdle, over });
    if (!isIdle) this.hold();
    return { number, promise };
  }

  /** Keeps the program alive until {@linkcode unhold}, as each call does. */
  hold(): void {
    if (this.#holds++ === 0) this.#held(true);
  }

  /** Ends what {@linkcode hold} has begun. */
  unhold(): void {
    if (--this.#holds === 0) this.#held(false);
  }

  /** A number that no call has. */
  reserve(doing: string): number {
    this.check(doing);
    do this.#last = this.#last + 1 >>> 0 || 1; while (
      this.#pending.has(this.#last)
    );
    return this.#last;
  }

  /** Settles a call. */
  settle(reply: Reply): void {
    const pending = this.#pending.get(reply.number);
    if (pending === undefined) return;
    this.drop(reply.number);
    pending.resolve(reply);
  }

  /** Forgets a call. */
  drop(number: number): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    this.#pending.delete(number);
    pending.over?.();
    if (!pending.isIdle) this.unhold();
  }

  /** Throws if the hub has ended. */
  check(doing = "reach the hub"): void {
    if (this.isOver) throw this.ended(doing);
  }

  /** The hub has ended. */
  end(): void {
    this.isOver = true;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { doing, reject, over } of pending) {
      over?.();
      reject(this.ended(doing));
    }
  }

  /** The error of those who ask a hub that has ended. */
  ended(doing: string): Error {
    return new HubEndedError(
      `Cannot ${doing}: the hub of this program has ended`,
    );
  }
}
