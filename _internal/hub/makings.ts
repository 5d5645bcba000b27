import { type Holding, makerOf } from "../handles/mod.ts";
import { type Message, plainMessage } from "./call_body.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

interface Making {
  readonly holding: RelayedHolding;
  readonly name: string;
  readonly module: string;
  readonly args: readonly unknown[];
  readonly others: readonly Holding[];
}

/** Objects that the hub is to make before it is asked for anything else. */
export class Makings {
  readonly #write: (
    holding: RelayedHolding,
    name: string,
    message: Message,
  ) => void;
  #waiting: Making[] = [];
  #isDue = false;

  /** @param write sends what the hub is told of one of them */
  constructor(
    write: (holding: RelayedHolding, name: string, message: Message) => void,
  ) {
    this.#write = write;
  }

  /**
   * Adds one.
   *
   * @throws {TypeError} if it cannot be at a hub
   */
  add(
    holding: RelayedHolding,
    name: string,
    args: readonly unknown[] = [],
    others: readonly Holding[] = [],
  ): void {
    const maker = makerOf(name);
    if (maker === undefined) {
      throw new TypeError(
        `Cannot create ${name}: it cannot be at a hub, but only in memory that processes share`,
      );
    }
    const { module } = maker;
    this.#waiting.push({ holding, name, module, args, others });
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  /** Notes what one that was added is made of, and what is made with it. */
  change(
    holding: RelayedHolding,
    args: readonly unknown[],
    others: readonly Holding[],
    maker?: string,
  ): void {
    const index = this.#waiting.findIndex((each) => each.holding === holding);
    const [{ name }] = this.#waiting.splice(index, 1);
    this.#waiting = this.#waiting.filter((each) =>
      !others.includes(each.holding)
    );
    this.add(holding, maker ?? name, args, others);
  }

  /** Tells the hub of all of them; a message that names one is sent after that. */
  before(message: Message | undefined): Message | undefined {
    if (this.#waiting.length === 0) return message;
    // Its body stands where the next one will.
    const body = message?.body.snapshot?.();
    this.flush();
    return body === undefined ? message : { ...message!, body };
  }

  /** Tells the hub of all of them. */
  flush(): void {
    while (this.#waiting.length > 0) {
      const { holding, name, module, args, others } = this.#waiting.shift()!;
      const cells = others.flatMap(({ place }) => [
        place.cell,
        place.generation,
      ]);
      const message = plainMessage([module, ...args]);
      this.#write(holding, name, { ...message, cells });
    }
  }
}
