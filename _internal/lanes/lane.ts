import { CHANNEL, Channel } from "../channel/mod.ts";
import {
  CELL_KIND,
  type Holding,
  holdingFor,
  Opaque,
  Outlet,
  share,
} from "../handles/mod.ts";
import { cellAt, type Memory, widestMemory } from "../memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../parking/mod.ts";

/** Most messages that are taken at once, and bytes after which there is no other. */
const AT_ONCE = 16;
const BYTES_AT_ONCE = 65_536;

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
          takeSome: { wait: 0 },
          begin: {},
        },
      },
    });
  }

  readonly channel: Channel;
  readonly outlet: Outlet;
  readonly #holding: Holding;
  readonly #begun: number;
  readonly #patience = new Patience();

  /** Opens a lane in a memory; one that arrives knows its own. */
  constructor(memory?: Memory) {
    this.#holding = holdingFor(CELL_KIND.QUEUE, () => memory!);
    const { cell } = this.#holding;
    this.channel = new Channel(parkingOf(this.#holding.memory), cell);
    this.outlet = new Outlet(this.channel, () => {}, "send");
    this.#begun = cellAt(cell) + CHANNEL.OWNER;
    this.#holding.bind(this);
  }

  get memory(): Memory {
    return this.channel.memory;
  }

  /**
   * The number of the task that the worker at the far end has begun last. It is
   * stored before the task runs: what a worker leaves behind in its lane it has not
   * begun, and of what it has taken it has begun all but what follows this.
   */
  get begun(): number {
    return Atomics.load(this.memory.words, this.#begun);
  }

  set begun(task: number) {
    Atomics.store(this.memory.words, this.#begun, task);
  }

  /** Whether it is at a hub, so that only its inbox and its outbox can be used. */
  get isRelayed(): boolean {
    return this.#holding.isRelayed;
  }

  /** Takes what there is, as soon as there is something: for a hub. */
  async takeSome(wait?: WaitOptions): Promise<Opaque[]> {
    const { channel } = this;
    const attempt = () => {
      const taken = this.#takeSome();
      return taken.length === 0 ? NOT_YET : taken;
    };
    const taken = attempt();
    if (taken !== NOT_YET) return taken;
    const { parking, getters } = channel;
    return await parking.wait(getters, attempt, this.#patience, "take", wait);
  }

  /** Passes a message on: for a hub. */
  pass(message: Opaque): void {
    this.outlet.trySend(message.parcel);
  }

  /** Notes what the worker at the far end begins: for a hub. */
  begin(task: number): void {
    this.begun = task;
  }

  #takeSome(): Opaque[] {
    const { channel } = this;
    const taken: Opaque[] = [];
    let bytes = 0;
    while (taken.length < AT_ONCE && bytes < BYTES_AT_ONCE) {
      if (!channel.tryTake()) break;
      bytes += channel.taken.length;
      taken.push(new Opaque(channel.taken.slice(), [], channel.takenCells));
      channel.discardTaken();
    }
    return taken;
  }

  /** Lets go of the lane. */
  close(): void {
    this.#holding.release();
  }
}
