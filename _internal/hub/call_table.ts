import type { Reply } from "./messages.ts";

interface Pending {
  readonly doing: string;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** The calls that a hub has not answered. */
export class CallTable {
  /** Whether the hub has ended. */
  isOver = false;
  readonly #pending = new Map<number, Pending>();
  readonly #held: (isHeld: boolean) => void;
  #last = 0;

  /** @param held called when the first call begins, and when the last is over */
  constructor(held: (isHeld: boolean) => void) {
    this.#held = held;
  }

  /**
   * Notes a call.
   *
   * @param doing what to say was attempted
   */
  begin(doing: string): { number: number; promise: Promise<Reply> } {
    const number = this.reserve(doing);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    // Whoever gives up before it is answered is not told twice.
    promise.catch(() => {});
    this.#pending.set(number, { doing, resolve, reject });
    if (this.#pending.size === 1) this.#held(true);
    return { number, promise };
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
    if (this.#pending.delete(number) && this.#pending.size === 0) {
      this.#held(false);
    }
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
    for (const { doing, reject } of pending) reject(this.ended(doing));
  }

  /** The error of those who ask a hub that has ended. */
  ended(doing: string): Error {
    return new Error(`Cannot ${doing}: the hub of this program has ended`);
  }
}
