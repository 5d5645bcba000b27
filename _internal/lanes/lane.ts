import { afterLease, Channel } from "../channel/mod.ts";
import {
  CELL_KIND,
  type Holding,
  holdingFor,
  Opaque,
  Outlet,
  packBatch,
  share,
  type Stream,
} from "../handles/mod.ts";
import { type Memory, widestMemory } from "../memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../parking/mod.ts";

/** Messages, and bytes in them, that a hub gives at a time. */
const MOST_MESSAGES = 256;
const MANY_BYTES = 65_536;

/**
 * Where messages go one way: to one worker, or from all of them. It
 * outlives whoever dies on either side.
 */
export class Lane {
  static {
    share(Lane, {
      name: "Lane",
      module: import.meta.url,
      kind: CELL_KIND.QUEUE,
      holdingOf: (lane) => lane.#holding,
      create: () => new Lane(),
      atHub: {
        make: () => new Lane(widestMemory()),
        methods: {
          pass: { value: 0 },
          take: {},
          takeMany: { wait: 0 },
          takeRest: {},
          takeAll: {},
        },
        stream: (lane: Lane) => lane.#stream,
      },
    });
  }

  readonly channel: Channel;
  readonly outlet: Outlet;
  readonly #holding: Holding;
  readonly #patience = new Patience();

  /** Opens a lane in a memory; one that arrives knows its own. */
  constructor(memory?: Memory) {
    this.#holding = holdingFor(CELL_KIND.QUEUE, () => memory!);
    const { cell } = this.#holding;
    this.channel = new Channel(parkingOf(this.#holding.memory), cell);
    this.outlet = new Outlet(this.channel, () => {}, "send");
    this.#holding.bind(this);
  }

  get memory(): Memory {
    return this.channel.memory;
  }

  /** Where messages go, for a hub. */
  get #stream(): Stream {
    return { outbox: this.channel, inbox: this.channel, isOver: false };
  }

  /** Whether it is at a hub, so that only its inbox and its outbox can be used. */
  get isRelayed(): boolean {
    return this.#holding.isRelayed;
  }

  /** Which cell it is, for others. */
  get place(): { readonly cell: number; readonly generation: number } {
    return this.#holding.place;
  }

  /** Takes the next message: for a hub. */
  async take(): Promise<Opaque> {
    const { parking, getters } = this.channel;
    const taken = this.#take();
    if (taken !== NOT_YET) return taken;
    return await parking.wait(getters, this.#take, this.#patience, "take");
  }

  /** Takes messages that there are, as soon as there is one: for a hub. */
  async takeMany(wait?: WaitOptions): Promise<Opaque> {
    const { parking, getters } = this.channel;
    const take = () => this.takeRest() ?? NOT_YET;
    const taken = take();
    if (taken !== NOT_YET) return taken;
    return await parking.wait(getters, take, this.#patience, "take", wait);
  }

  /** Takes messages that there are, if there are any: for a hub. */
  takeRest(): Opaque | undefined {
    return this.#takeSome(MOST_MESSAGES, MANY_BYTES);
  }

  /** Takes all messages that there are, if there are any, also what was lent: for a hub. */
  async takeAll(): Promise<Opaque | undefined> {
    const { channel } = this;
    const take = () => this.#takeSome(Infinity, Infinity) ?? NOT_YET;
    let taken = take();
    if (taken === NOT_YET && channel.leasing.hasRefused) {
      taken = await afterLease(channel, take);
    }
    return taken === NOT_YET ? undefined : taken;
  }

  #takeSome(most: number, manyBytes: number): Opaque | undefined {
    const { channel } = this;
    const messages: Uint8Array[] = [];
    const cells: number[] = [];
    let length = 0;
    while (
      messages.length < most && length < manyBytes && channel.tryTake()
    ) {
      length += channel.taken.length;
      messages.push(channel.taken.slice());
      cells.push(...channel.takenCells);
      channel.discardTaken();
    }
    return messages.length === 0
      ? undefined
      : new Opaque(packBatch(messages), [], cells);
  }

  /** Passes a message on: for a hub. */
  pass(message: Opaque): void {
    this.outlet.trySend(message.parcel);
  }

  readonly #take = (): Opaque | typeof NOT_YET => {
    const { channel } = this;
    if (!channel.tryTake()) return NOT_YET;
    const taken = new Opaque(channel.taken.slice(), [], channel.takenCells);
    channel.discardTaken();
    return taken;
  };

  /** Lets go of the lane. */
  close(): void {
    this.#holding.release();
  }
}
