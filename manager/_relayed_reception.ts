import { holdingOf } from "../_internal/handles/mod.ts";
import {
  currentClient,
  type Received,
  type RelayedHolding,
} from "../_internal/hub/mod.ts";
import { Delivery } from "../_internal/lanes/mod.ts";
import { breathe, isBreathless } from "../_internal/parking/mod.ts";
import type { Desk, DeskNews } from "./_desk.ts";
import { PendingNews } from "./_pending_news.ts";
import type { Reception, ReceptionEvents } from "./_reception.ts";

/** Receives those who come by a hub. */
export class RelayedReception implements Reception {
  readonly #desk: Desk;
  readonly #events: ReceptionEvents;
  readonly #news: PendingNews;
  readonly #stopping = new AbortController();
  readonly #calls = currentClient()!.standing;
  readonly #holding: RelayedHolding;
  #current: Delivery | undefined;

  constructor(desk: Desk, events: ReceptionEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#news = new PendingNews(events);
    this.#holding = holdingOf(desk) as RelayedHolding;
  }

  decode(bytes: Uint8Array): unknown {
    return this.#current!.decode(bytes);
  }

  lookForClient(id: number): void {
    if (!this.#calls.isOver) this.#desk.lookForClient(id);
  }

  hasEnded(id: number): boolean {
    return this.#news.tellsEndOf(id);
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
    if (batch === undefined) return this.#news.add(plain as DeskNews);
    const delivery = new Delivery(batch, acknowledge);
    this.#current = delivery;
    for (const each of delivery.messages) {
      this.#events.asked(each);
      if (this.#stopping.signal.aborted) break;
      this.#news.requestDone();
    }
    delivery.finish();
  }
}
