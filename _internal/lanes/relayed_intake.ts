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
 *
 * One request follows the other, so that messages come in their order. As a rule the
 * next one is for messages as soon as there are any. To catch up, that one is given
 * up, and the lane is asked for what it has until it has nothing.
 *
 * So nobody's death overtakes what it has sent:
 *
 * | who                 | does                                                           |
 * | ------------------- | -------------------------------------------------------------- |
 * | who dies            | has written messages, of the last perhaps only a part          |
 * | the system          | ends its connections, then tells who has started it            |
 * | who has started it  | asks the hub to say when it has done all that the dead has sent |
 * | the hub             | reads to the end, puts whole messages into the lane, answers   |
 * | who has started it  | catches up, and then settles what the dead has not answered    |
 *
 * If the hub ends meanwhile, so does every connection to it: then there is nothing left
 * to take in, and whoever waits to have caught up goes on.
 */
export class RelayedIntake implements Intake {
  readonly #lane: Lane;
  readonly #holding: RelayedHolding;
  readonly #calls = currentClient()!.standing;
  readonly #events: IntakeEvents;
  #running: Promise<void> | undefined;
  #current: Delivery | undefined;
  /** Gives the request up that waits for messages. */
  #interruption = new AbortController();
  /** Those who want to have caught up, in the order in which they came. */
  #behind: (() => void)[] = [];
  /** Whether nothing will come but what is there. */
  #isEnding = false;
  #isOver = false;

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

  async catchUp(): Promise<void> {
    if (this.#isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#behind.push(resolve);
    this.#running ??= this.#run();
    this.#interruption.abort();
    await promise;
  }

  decode(bytes: Uint8Array): unknown {
    return this.#current!.decode(bytes);
  }

  async end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#interruption.abort();
    await this.#running;
    this.#isOver = true;
    this.#lane.close();
  }

  async #run(): Promise<void> {
    try {
      while (await this.#step()) if (isBreathless()) await breathe();
    } catch (error) {
      // Who waits for something is told by others that the hub has ended.
      if (!this.#calls.isOver) throw error;
    } finally {
      this.#isOver = true;
      for (const caughtUp of this.#behind.splice(0)) caughtUp();
    }
  }

  /** Takes in the next messages; whether more are to come. */
  async #step(): Promise<boolean> {
    // Whoever comes after this request has been sent waits for another.
    const behind = this.#behind.length;
    const isEnding = this.#isEnding;
    const taken = isEnding || behind > 0
      ? await this.#ask("takeRest")
      : await this.#ask("takeMany");
    if (taken !== undefined) {
      this.#takeIn(taken);
      return true;
    }
    for (const caughtUp of this.#behind.splice(0, behind)) caughtUp();
    return !isEnding;
  }

  async #ask(name: "takeRest" | "takeMany"): Promise<Received | undefined> {
    this.#interruption = new AbortController();
    const { signal } = this.#interruption;
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
