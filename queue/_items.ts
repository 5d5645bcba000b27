import {
  afterLease,
  afterLeaseSync,
  Channel,
  LEASE_MS,
  type Parcel,
} from "../_internal/channel/mod.ts";
import {
  CELL_KIND,
  fromBytes,
  type Holding,
  holdingFor,
  isArriving,
  isPassingOn,
  LateMessages,
  Outlet,
  type Stream,
  toParcel,
} from "../_internal/handles/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  parkingOf,
  Patience,
  type Readiness,
  type TryResult,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { memoryFor } from "./_reach.ts";
import { QueueClosedError } from "./queue_closed_error.ts";

/** What keeps count of the items that are taken from a queue. */
export interface TakeCounter {
  /** Takes the next message of a channel, if there is one. */
  take(channel: Channel): boolean;
  /** What was taken last cannot be given to anybody. */
  giveUp(): void;
}

/** The items of a queue of any class, and this isolate's puts and gets. */
export class Items<T> {
  /** Not to be collected while something waits: the cell would be another's then. */
  readonly queue: object;
  readonly holding: Holding;
  readonly channel: Channel;
  /** Takes instead of us, if there is one. */
  counter: TakeCounter | undefined;
  readonly #outlet: Outlet;
  readonly #patience = new Patience();
  readonly #late = new LateMessages<T>("get from queue", "await get()");

  /**
   * Opens the items of a queue under construction.
   *
   * @param queueClass its class, which says how far it reaches
   * @param maxSize most items that may wait if it is new, 0 for any number
   */
  constructor(
    queue: object,
    // deno-lint-ignore ban-types -- see memoryFor
    queueClass: Function,
    maxSize: number,
  ) {
    const arriving = isArriving();
    this.queue = queue;
    this.holding = holdingFor(CELL_KIND.QUEUE, () => memoryFor(queueClass));
    const { memory, cell } = this.holding;
    this.channel = new Channel(parkingOf(memory), cell);
    this.#outlet = new Outlet(this.channel, this.#refuse, "put into queue");
    if (!arriving) this.channel.limit(maxSize, 0);
    this.holding.bind(queue);
  }

  /** Where items go, for a hub. */
  get stream(): Stream {
    const { channel, counter } = this;
    return {
      outbox: channel,
      // Where it is counted who takes which item, nobody is shown any ahead.
      inbox: counter === undefined ? channel : undefined,
      takeLent: async () => this.#tried(await afterLease(channel, this.#take)),
      get isOver() {
        return channel.isClosed;
      },
    };
  }

  /** Says when a get would not wait. */
  get readiness(): Readiness {
    const { parking, getters: list } = this.channel;
    return {
      isReady: () => !this.isEmpty || this.channel.isClosed,
      place: { parking, list },
    };
  }

  get isEmpty(): boolean {
    return this.#late.isEmpty && !this.channel.hasMessage();
  }

  async put(value: T, wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const parcel = this.#pack(value);
    if (!this.#outlet.offer(parcel)) await this.#outlet.send(parcel, wait);
    if (isBreathless()) await breathe();
  }

  tryPut(value: T): boolean {
    return this.#outlet.trySend(this.#pack(value));
  }

  putSync(value: T, wait?: WaitOptions): void {
    checkWait(wait);
    this.#outlet.sendSync(this.#pack(value), wait);
  }

  async get(wait?: WaitOptions): Promise<T> {
    checkWait(wait);
    const late = this.#late.next();
    if (late !== undefined) return late;
    const { parking, getters } = this.channel;
    let item = parking.isQueued(getters) ? NOT_YET : this.#take();
    // No time is over while others keep what they are to leave to us.
    if (item === NOT_YET && this.#isRefused && isShort(wait)) {
      item = await afterLease(this.channel, this.#take);
    }
    if (item === NOT_YET) {
      item = await parking.wait(
        getters,
        this.#take,
        this.#patience,
        "get from queue",
        wait,
      );
    }
    if (isBreathless()) await breathe();
    return item;
  }

  tryGet(): TryResult<T> {
    let value = this.#takeInTurn();
    if (value === NOT_YET && this.#isRefused && !isPassingOn()) {
      value = afterLeaseSync(this.channel, this.#take);
    }
    return this.#tried(value);
  }

  getSync(wait?: WaitOptions): T {
    checkWait(wait);
    let value = this.#takeInTurn();
    if (value === NOT_YET && this.#isRefused && isShort(wait)) {
      value = afterLeaseSync(this.channel, this.#take);
    }
    if (value === NOT_YET) {
      value = this.channel.parking.waitSync(
        this.channel.getters,
        this.#take,
        this.#patience,
        "get from queue",
        wait,
      );
    }
    return this.#late.settle(value);
  }

  /** Takes an item, unless others of this thread wait for one. */
  #takeInTurn(): T | typeof NOT_YET {
    this.#late.check();
    const { parking, getters } = this.channel;
    return parking.isQueued(getters) ? NOT_YET : this.#take();
  }

  /** Whether the last attempt found items that somebody else was lent. */
  get #isRefused(): boolean {
    return this.channel.leasing.hasRefused;
  }

  #tried(value: T | typeof NOT_YET): TryResult<T> {
    return value === NOT_YET
      ? { ok: false }
      : { ok: true, value: this.#late.settle(value) };
  }

  #pack(value: T): Parcel {
    if (this.channel.isClosed) this.#refuse();
    return toParcel(value, this.holding);
  }

  readonly #refuse = (): void => {
    if (this.channel.isClosed) {
      throw new QueueClosedError("Cannot put into queue: queue is closed");
    }
  };

  readonly #take = (): T | typeof NOT_YET => {
    const { channel, counter } = this;
    // In this order, as nothing is put after it is closed.
    const closed = channel.isClosed;
    if (counter === undefined ? channel.tryTake() : counter.take(channel)) {
      try {
        const item = fromBytes(channel.taken, channel.takenCells) as T;
        if (counter !== undefined && item instanceof Promise) {
          // Whoever gets it is told if it cannot be loaded.
          item.catch(() => counter.giveUp());
        }
        return item;
      } catch (error) {
        counter?.giveUp();
        throw error;
      } finally {
        channel.discardTaken();
      }
    }
    if (closed && !channel.hasMessage()) {
      throw new QueueClosedError("Cannot get from queue: queue is closed");
    }
    return NOT_YET;
  };
}

/** Whether a wait may be over before somebody leaves what was lent. */
function isShort(wait: WaitOptions | undefined): boolean {
  return (wait?.timeout ?? Infinity) < LEASE_MS;
}
