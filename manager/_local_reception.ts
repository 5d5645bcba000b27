import { MAX_INLINE } from "../_internal/channel/mod.ts";
import { fromBytes } from "../_internal/handles/mod.ts";
import { isDoomed } from "../_internal/memory/mod.ts";
import {
  breathe,
  isBreathless,
  NOT_YET,
  Patience,
} from "../_internal/parking/mod.ts";
import { type Desk, SWEEP_MS } from "./_desk.ts";
import { Lookout } from "./_lookout.ts";
import { PendingNews } from "./_pending_news.ts";
import type { Reception, ReceptionEvents } from "./_reception.ts";

/** Requests after which promises get their turn. */
const MANY = 64;

/** Receives those with whom it shares memory. */
export class LocalReception implements Reception {
  readonly #desk: Desk;
  readonly #events: ReceptionEvents;
  readonly #lookout: Lookout;
  readonly #patience = new Patience();
  readonly #news: PendingNews;
  #isStopped = false;
  /** Whether a request has been taken that is not done. */
  #hasTaken = false;

  constructor(desk: Desk, events: ReceptionEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#lookout = new Lookout(desk.memory);
    this.#news = new PendingNews(events);
  }

  decode(bytes: Uint8Array): unknown {
    return fromBytes(bytes, this.#desk.requests.channel.takenCells);
  }

  lookForClient(id: number): void {
    this.#lookout.addClient(id);
  }

  hasEnded(id: number): boolean {
    return isDoomed(this.#desk.memory, id);
  }

  lookForObject(cell: number, generation: number): void {
    this.#lookout.addObject(cell, generation);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    const look = () => this.#look({ ofObjects: true });
    const sweeping = setInterval(look, SWEEP_MS);
    try {
      await this.#receive();
    } finally {
      clearInterval(sweeping);
    }
  }

  async #receive(): Promise<void> {
    const { channel } = this.#desk.requests;
    const { parking, getters } = channel;
    const take = () => {
      if (channel.tryTake()) {
        this.#hasTaken = true;
        // Until we get our turn, others here (a pool, for one) may take messages, to
        // where small ones are put.
        const { taken } = channel;
        return taken.byteLength > MAX_INLINE ? taken : taken.slice();
      }
      this.#look({ ofObjects: false });
      return NOT_YET;
    };
    let done = 0;
    while (!this.#isStopped) {
      const message = channel.tryTake()
        ? channel.taken
        : await parking.wait(getters, take, this.#patience, "get a request");
      try {
        this.#events.asked(message);
      } finally {
        channel.discardTaken();
        this.#hasTaken = false;
      }
      this.#news.requestDone();
      if (isBreathless()) await breathe();
      else if (++done % MANY === 0) await undefined;
    }
  }

  /** Looks for those who have ended, and for objects that are no more. */
  #look(what: { ofObjects: boolean }): void {
    const news = this.#lookout.takeNews(what);
    if (news === undefined) return;
    // What they asked for, and what was asked of the objects, came before that.
    const { size } = this.#desk.requests.channel;
    this.#news.add({ ...news, after: size + (this.#hasTaken ? 1 : 0) });
  }
}
