import { MAX_INLINE } from "../channel/mod.ts";
import { fromBytes, fromHubBytes, holdingOf } from "../handles/mod.ts";
import { currentClient, type RelayedHolding } from "../hub/mod.ts";
import { logWait, NOT_YET, Patience } from "../parking/mod.ts";
import type { Lane } from "./lane.ts";

const DOING = "get a task";

/** Where a worker takes its messages. */
export interface Inbox {
  /** The next message, as soon as there is one. Valid until the next is asked for. */
  next(): Uint8Array | Promise<Uint8Array>;
  /** The value in a part of a message. */
  decode(bytes: Uint8Array): unknown;
  /** The message is not needed any more. */
  discard(): void;
}

/** Opens a lane to take from it. */
export function openInbox(lane: Lane): Inbox {
  return lane.isRelayed ? new RelayedInbox(lane) : new LocalInbox(lane);
}

class LocalInbox implements Inbox {
  readonly #lane: Lane;
  readonly #patience = new Patience();

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  next(): Uint8Array | Promise<Uint8Array> {
    const { channel } = this.#lane;
    if (channel.tryTake()) return channel.taken;
    const { parking, getters } = channel;
    return parking.wait(getters, this.#take, this.#patience, DOING);
  }

  decode(bytes: Uint8Array): unknown {
    return fromBytes(bytes, this.#lane.channel.takenCells);
  }

  discard(): void {
    this.#lane.channel.discardTaken();
  }

  // What was taken stands where the next message that this thread takes, of any
  // channel, will stand: one that is only looked at later must be copied.
  readonly #take = () => {
    const { channel } = this.#lane;
    return channel.tryTake() ? kept(channel.taken) : NOT_YET;
  };
}

/** Takes messages from a hub: one at a time, as what is taken counts as begun. */
class RelayedInbox implements Inbox {
  readonly #lane: Lane;
  readonly #holding: RelayedHolding;
  readonly #client = currentClient()!;
  #acknowledge: (() => void) | undefined;

  constructor(lane: Lane) {
    this.#lane = lane;
    this.#holding = holdingOf(lane) as RelayedHolding;
  }

  async next(): Promise<Uint8Array> {
    this.#acknowledge?.();
    const taking = this.#client.messages.take(
      this.#lane,
      this.#holding,
      "take",
    );
    const { message, acknowledge } = await logWait(taking, DOING);
    this.#acknowledge = acknowledge;
    return message;
  }

  decode(bytes: Uint8Array): unknown {
    return fromHubBytes(bytes);
  }

  discard(): void {}
}

/** A message that stays; what is large has memory of its own. */
function kept(message: Uint8Array): Uint8Array {
  return message.byteLength > MAX_INLINE ? message : message.slice();
}
