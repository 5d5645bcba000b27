import { fromBytes } from "../_internal/handles/mod.ts";
import {
  breathe,
  isBreathless,
  NOT_YET,
  Patience,
} from "../_internal/parking/mod.ts";
import { type Desk, SWEEP_MS } from "./_desk.ts";
import { Lookout } from "./_lookout.ts";
import type { Reception, ReceptionEvents } from "./_reception.ts";

/** Larger messages have memory of their own until they are discarded. */
const SMALL_BYTES = 16_384;
/** Requests after which promises get their turn. */
const MANY = 64;

/** Receives those with whom it shares memory. */
export class LocalReception implements Reception {
  readonly #desk: Desk;
  readonly #events: ReceptionEvents;
  readonly #lookout: Lookout;
  readonly #patience = new Patience();
  #isStopped = false;
  /** Objects that are no more, and requests that may still be about them. */
  #gone: (readonly [cell: number, generation: number])[] = [];
  #before = 0;

  constructor(desk: Desk, events: ReceptionEvents) {
    this.#desk = desk;
    this.#events = events;
    this.#lookout = new Lookout(desk.memory);
  }

  decode(bytes: Uint8Array): unknown {
    return fromBytes(bytes);
  }

  lookForClient(id: number): void {
    this.#lookout.addClient(id);
  }

  lookForObject(cell: number, generation: number): void {
    this.#lookout.addObject(cell, generation);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    const sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
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
        // Until we get our turn, others here (a pool, for one) may take messages, to
        // where small ones are put.
        const { taken } = channel;
        return taken.byteLength > SMALL_BYTES ? taken : taken.slice();
      }
      this.#tellEnded();
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
      }
      if (this.#before > 0 && --this.#before === 0) this.#tellGone();
      if (isBreathless()) await breathe();
      else if (++done % MANY === 0) await undefined;
    }
  }

  #tellEnded(): void {
    for (const end of this.#lookout.takeEnded()) this.#events.ended(...end);
  }

  #sweep(): void {
    this.#tellEnded();
    if (this.#gone.length > 0) return;
    this.#gone = this.#lookout.takeGone();
    if (this.#gone.length === 0) return;
    // What was asked of them before is still to be done.
    this.#before = this.#desk.requests.channel.size;
    if (this.#before === 0) this.#tellGone();
  }

  #tellGone(): void {
    for (const each of this.#gone) this.#events.gone(...each);
    this.#gone = [];
  }
}
