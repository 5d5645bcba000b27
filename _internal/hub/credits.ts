import { EPOCHS } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

/** What a client may send to objects of its hub without waiting for answers. */
export class Credits {
  #epoch = 0;
  #bytes = new Map<RelayedHolding, number>();

  /** Notes the epoch of something that the hub has told: a new one ends all credit. */
  saw(epoch: number): void {
    // What comes by the other connection may be from before.
    const ahead = epoch - this.#epoch & EPOCHS - 1;
    if (ahead === 0 || ahead >= EPOCHS / 2) return;
    this.#epoch = epoch;
    this.#bytes.clear();
  }

  /** Notes that the hub gives credit, in an epoch. */
  add(holding: RelayedHolding, bytes: number, epoch: number): void {
    if (epoch !== this.#epoch || holding.isOver || holding.sendsNoMore) return;
    this.#bytes.set(holding, (this.#bytes.get(holding) ?? 0) + bytes);
  }

  /** Uses credit for a message of so many bytes, if there is any. */
  spend(holding: RelayedHolding, bytes: number): boolean {
    const left = this.#bytes.get(holding);
    if (left === undefined) return false;
    // All that is left does for any message: what is larger is at most one.
    if (left < bytes) {
      this.#bytes.delete(holding);
      return false;
    }
    this.#bytes.set(holding, left - bytes);
    return true;
  }

  /** There is to be none any more. */
  end(holding: RelayedHolding): void {
    holding.sendsNoMore = true;
    this.#bytes.delete(holding);
  }
}
