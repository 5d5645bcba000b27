import type { Channel, Parcel } from "../channel/mod.ts";
import { NOT_YET, Patience, type WaitOptions } from "../parking/mod.ts";
import type { HandleCargo } from "./shareable.ts";

/** The side of a channel where messages go in. */
export class Outlet {
  readonly #channel: Channel;
  readonly #refuse: () => void;
  readonly #doing: string;
  readonly #patience: Patience;

  /**
   * Opens the side.
   *
   * @param refuse may throw to say that nothing can be put any more
   * @param doing what to say was attempted, as in "put into queue"
   */
  constructor(
    channel: Channel,
    refuse: () => void,
    doing: string,
    patience: Patience = new Patience(),
  ) {
    this.#channel = channel;
    this.#patience = patience;
    this.#refuse = refuse;
    this.#doing = doing;
  }

  /**
   * Sends a message, if there is room and no other of this isolate waits for it.
   *
   * @returns whether it did; if not, the message is still the caller's
   */
  offer(parcel: Parcel): boolean {
    const channel = this.#channel;
    if (channel.parking.isQueued(channel.putters)) return false;
    if (parcel.cargo.length > 0) pin(parcel);
    try {
      return channel.tryPut(parcel, this.#refuse);
    } catch (error) {
      parcel.abandon();
      throw error;
    } finally {
      if (parcel.cargo.length > 0) unpin(parcel);
    }
  }

  /** Sends a message, if there is room at once. */
  trySend(parcel: Parcel): boolean {
    if (this.offer(parcel)) return true;
    parcel.abandon();
    return false;
  }

  /** Sends a message that was offered in vain, as soon as there is room. */
  async send(parcel: Parcel, wait?: WaitOptions): Promise<void> {
    const channel = this.#channel;
    const kept = parcel.keep();
    pin(kept);
    try {
      await channel.parking.wait(
        channel.putters,
        () => channel.tryPut(kept, this.#refuse) || NOT_YET,
        this.#patience,
        this.#doing,
        wait,
      );
    } catch (error) {
      kept.abandon();
      throw error;
    } finally {
      unpin(kept);
    }
  }

  /** Sends a message, blocking the thread until there is room. */
  sendSync(parcel: Parcel, wait?: WaitOptions): void {
    if (this.offer(parcel)) return;
    const channel = this.#channel;
    pin(parcel);
    try {
      channel.parking.waitSync(
        channel.putters,
        () => channel.tryPut(parcel, this.#refuse) || NOT_YET,
        this.#patience,
        this.#doing,
        wait,
      );
    } catch (error) {
      parcel.abandon();
      throw error;
    } finally {
      unpin(parcel);
    }
  }
}

/** Keeps what a message carries for as long as it waits. */
export function pin(parcel: Parcel): void {
  const cargo = parcel.cargo as readonly HandleCargo[];
  let pinned = 0;
  try {
    for (; pinned < cargo.length; pinned++) cargo[pinned].pin();
  } catch (error) {
    while (pinned > 0) cargo[--pinned].unpin();
    parcel.abandon();
    throw error;
  }
}

/** Ends what {@linkcode pin} began. */
export function unpin(parcel: Parcel): void {
  for (const each of parcel.cargo as readonly HandleCargo[]) each.unpin();
}
