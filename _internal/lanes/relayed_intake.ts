import { holdingOf } from "../handles/mod.ts";
import {
  currentClient,
  type Received,
  type RelayedHolding,
} from "../hub/mod.ts";
import { breathe, isBreathless } from "../parking/mod.ts";
import { Delivery } from "./delivery.ts";
import type { Intake, IntakeEvents } from "./intake.ts";
import type { Lane } from "./lane.ts";

/**
 * Takes in what a hub has. The hub is asked from the first time on that something
 * is expected; only who holds keeps the program alive.
 */
export class RelayedIntake implements Intake {
  readonly #lane: Lane;
  readonly #holding: RelayedHolding;
  readonly #calls = currentClient()!.standing;
  readonly #events: IntakeEvents;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #current: Delivery | undefined;

  constructor(lane: Lane, events: IntakeEvents) {
    this.#lane = lane;
    this.#holding = holdingOf(lane) as RelayedHolding;
    this.#events = events;
  }

  hold(): void {
    this.#calls.hold();
    this.update();
  }

  unhold(): void {
    this.#calls.unhold();
  }

  update(): void {
    if (this.#running === undefined && this.#events.expects()) {
      this.#running = this.#run();
    }
  }

  /** Nothing is: what comes is taken in at once. */
  drain(): boolean {
    return false;
  }

  decode(bytes: Uint8Array): unknown {
    return this.#current!.decode(bytes);
  }

  decodeAfter(ready: Promise<unknown>, bytes: Uint8Array): Promise<unknown> {
    return this.#current!.decodeAfter(ready, bytes);
  }

  async end(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    await this.#running;
    this.#lane.close();
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const taken = await this.#take();
        if (taken === undefined) return;
        this.#takeIn(taken);
        if (isBreathless()) await breathe();
      }
    } catch (error) {
      // Who waits for something is told by others that the hub has ended.
      if (!this.#calls.isOver) throw error;
    }
  }

  /** The next messages; nothing if there are none, and none will come. */
  async #take(): Promise<Received | undefined> {
    const { signal } = this.#ending;
    const name = signal.aborted ? "takeRest" : "takeMany";
    const call = { signal, isIdle: true };
    return await this.#calls.receive(this.#holding, name, call);
  }

  #takeIn({ batch, acknowledge }: Received): void {
    const delivery = new Delivery(batch!, acknowledge);
    this.#current = delivery;
    for (const each of delivery.messages) this.#events.take(each);
    this.#events.taken();
    this.#current = undefined;
    delivery.finish();
  }
}
