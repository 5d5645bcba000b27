import { refuseToSend } from "../handles/mod.ts";
import type { RelayedHolding, Tenure } from "./relayed_holding.ts";
import type { RelayedResults } from "./relayed_results.ts";

/** Releases what it guards at the hub. */
export class RelayedGuard implements Disposable {
  static {
    refuseToSend(RelayedGuard, "a guard", "send what it guards");
  }

  /** Not to be collected before its guards. */
  readonly #object: object;
  readonly #results: RelayedResults;
  readonly #holding: RelayedHolding;
  readonly #number: number;
  readonly #tenure: Tenure;
  #abandoned: boolean;
  #released = false;

  constructor(
    results: RelayedResults,
    holding: RelayedHolding,
    object: object,
    number: number,
    abandoned: boolean,
  ) {
    this.#results = results;
    this.#holding = holding;
    this.#object = object;
    this.#number = number;
    this.#tenure = holding.tenure;
    this.#abandoned = abandoned;
    holding.held!++;
  }

  /** Whether its last holder died. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Notes that what was held was abandoned while a condition had it, if this guards that. */
  abandon(held: object): void {
    if (this.#tenure.whole === held) this.#abandoned = true;
  }

  /** Releases it, once. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#results.release(this.#number, this);
    if (this.#tenure.whole === this.#holding.tenure) this.#holding.letGo(1);
  }

  /** Releases it, once. */
  [Symbol.dispose](): void {
    this.release();
  }
}
