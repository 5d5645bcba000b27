import { holdingOf } from "../_internal/handles/mod.ts";
import {
  currentClient,
  type Received,
  type RelayedHolding,
} from "../_internal/hub/mod.ts";
import { Delivery } from "../_internal/lanes/mod.ts";
import { breathe, isBreathless } from "../_internal/parking/mod.ts";
import type { Desk, DeskNews } from "./_desk.ts";
import type { Reception, ReceptionEvents } from "./_reception.ts";

type Gone = readonly (readonly [cell: number, generation: number])[];

/** Receives those who come by a hub. */
export class RelayedReception implements Reception {
  readonly #desk: Desk;
  readonly #events: ReceptionEvents;
  readonly #stopping = new AbortController();
  readonly #calls = currentClient()!.standing;
  readonly #holding: RelayedHolding;
  #current: Delivery | undefined;
  /** Objects that are no more, and how many requests may still be about them. */
  #gone: { readonly objects: Gone; after: number }[] = [];

  constructor(desk: Desk, events: ReceptionEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#holding = holdingOf(desk) as RelayedHolding;
  }

  decode(bytes: Uint8Array): unknown {
    return this.#current!.decode(bytes);
  }

  lookForClient(id: number): void {
    if (!this.#calls.isOver) this.#desk.lookForClient(id);
  }

  lookForObject(cell: number, generation: number): void {
    if (this.#calls.isOver) return;
    this.#desk.lookForObject(cell, generation);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async run(): Promise<void> {
    let asked = this.#ask();
    for (;;) {
      const taken = await asked;
      if (taken === undefined) return;
      // The next come while it works.
      asked = this.#ask();
      this.#take(taken);
      if (this.#stopping.signal.aborted) return;
      if (isBreathless()) await breathe();
    }
  }

  /** What comes next; nothing once it is to stop, or the hub has ended. */
  async #ask(): Promise<Received | undefined> {
    const { signal } = this.#stopping;
    try {
      return await this.#calls.receive(this.#holding, "next", { signal });
    } catch (error) {
      if (this.#calls.isOver) return undefined;
      throw error;
    }
  }

  #take({ batch, plain, acknowledge }: Received): void {
    if (batch === undefined) return this.#tell(plain as DeskNews);
    const delivery = new Delivery(batch, acknowledge);
    this.#current = delivery;
    for (const each of delivery.messages) {
      this.#events.asked(each);
      if (this.#stopping.signal.aborted) break;
      if (this.#gone.length > 0) this.#countDown();
    }
    delivery.finish();
  }

  #tell(news: DeskNews): void {
    if ("ended" in news) {
      for (const end of news.ended) this.#events.ended(...end);
    } else {
      this.#gone.push({ objects: news.gone, after: news.after });
      this.#tellGone();
    }
  }

  /** One request less may be about what is gone. */
  #countDown(): void {
    for (const each of this.#gone) each.after--;
    this.#tellGone();
  }

  #tellGone(): void {
    while (this.#gone.length > 0 && this.#gone[0].after <= 0) {
      const { objects } = this.#gone.shift()!;
      for (const each of objects) this.#events.gone(...each);
    }
  }
}
