import { decode, DecodeError } from "../codec/mod.ts";
import { fromHubBytes, type Pause } from "../handles/mod.ts";
import { ASK, FORM, type Reply, TELL } from "./messages.ts";
import { RelayedGuard } from "./relayed_guard.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

/** Turns the replies of a hub into results, and keeps an eye on the guards among them. */
export class RelayedResults {
  readonly #post: (kind: number, number: number) => void;
  readonly #released: (number: number) => void;
  readonly #guards = new Map<number, WeakRef<RelayedGuard>>();
  readonly #collected = new FinalizationRegistry<number>((number) => {
    this.#guards.delete(number);
    this.#post(ASK.FORGET, number);
  });

  /**
   * @param post tells the hub something, if it has not ended
   * @param released has told it that a guard is released
   */
  constructor(
    post: (kind: number, number: number) => void,
    released: (number: number) => void,
  ) {
    this.#post = post;
    this.#released = released;
  }

  /** Releases a guard at the hub. */
  release(number: number, guard: RelayedGuard): void {
    this.#collected.unregister(guard);
    this.#guards.delete(number);
    this.#released(number);
  }

  /** Notes what the answer to a condition's wait says: whether its lock was abandoned meanwhile. */
  waited({ extra }: Reply, { tenure }: Pause): void {
    if (extra === 0) return;
    for (const guard of this.#guards.values()) guard.deref()?.abandon(tenure);
  }

  /** The result in a reply; a promise of it if modules must be loaded for it. */
  of(
    { kind, form, carries, extra, body }: Reply,
    object: object,
    holding: RelayedHolding,
  ): unknown {
    if (kind === TELL.THREW) throw decode(body);
    switch (form) {
      case FORM.NOTHING:
        return undefined;
      case FORM.PLAIN:
      case FORM.FOREIGN:
        return decode(body);
      case FORM.RAW:
        return body.slice();
      case FORM.GUARD:
      case FORM.ABANDONED_GUARD:
        return this.#guard(extra, form, object, holding);
      case FORM.VALUE:
        return this.#value(carries, extra, body);
      default:
        throw new DecodeError("it is no result");
    }
  }

  #guard(
    number: number,
    form: number,
    object: object,
    holding: RelayedHolding,
  ): RelayedGuard {
    const isAbandoned = form === FORM.ABANDONED_GUARD;
    const guard = new RelayedGuard(this, holding, object, number, isAbandoned);
    this.#guards.set(number, new WeakRef(guard));
    this.#collected.register(guard, number, guard);
    return guard;
  }

  #value(carries: boolean, delivery: number, body: Uint8Array): unknown {
    const acknowledge = () => {
      if (carries) this.#post(ASK.ACKNOWLEDGE, delivery);
    };
    let value: unknown;
    try {
      value = fromHubBytes(body);
    } catch (error) {
      acknowledge();
      throw error;
    }
    if (value instanceof Promise) return value.finally(acknowledge);
    acknowledge();
    return value;
  }
}
