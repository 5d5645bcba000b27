import { Channel, type Parcel } from "../_internal/channel/mod.ts";
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
    this.#late.check();
    if (this.channel.parking.isQueued(this.channel.getters)) {
      return { ok: false };
    }
    const value = this.#takeNow();
    return value === NOT_YET
      ? { ok: false }
      : { ok: true, value: this.#late.settle(value) };
  }

  getSync(wait?: WaitOptions): T {
    checkWait(wait);
    const result = this.tryGet();
    if (result.ok) return result.value;
    return this.#late.settle(this.channel.parking.waitSync(
      this.channel.getters,
      this.#take,
      this.#patience,
      "get from queue",
      wait,
    ));
  }

  /** Takes an item if there is one, also if a hub has lent it to somebody. */
  #takeNow(): T | typeof NOT_YET {
    const value = this.#take();
    const { leasing } = this.channel;
    if (value !== NOT_YET || !leasing.isOn || isPassingOn()) return value;
    leasing.overSync();
    return this.#take();
  }

  #pack(value: T): Parcel {
    if (this.channel.isClosed) this.#refuse();
    return toParcel(value, this.channel.memory);
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
