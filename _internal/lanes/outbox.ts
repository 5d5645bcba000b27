import { type Contents, Parcel } from "../channel/mod.ts";
import type { HandleLike } from "../codec/mod.ts";
import { cargoOf, holdingOf } from "../handles/mod.ts";
import { currentClient, type RelayedHolding } from "../hub/mod.ts";
import type { Lane } from "./lane.ts";

const NO_CARGO = [] as const;

/** Where a worker sends its messages. */
export interface Outbox {
  /** For whom values in them are encoded. */
  readonly destination: { readonly reach: "thread" | "process" | "hub" };
  /**
   * Sends a message with handles in it. If a hub cannot pass it on, as these are no more,
   * who is to read the value is told.
   *
   * @param valueAt where in the message the value begins
   */
  send(
    message: Contents,
    handles: readonly HandleLike[],
    valueAt?: number,
  ): void;
  /** Sends a message, and waits until it arrives whatever becomes of this process. */
  deliver(message: Contents): Promise<void>;
}

/** Opens a lane to send into it. */
export function openOutbox(lane: Lane): Outbox {
  return lane.isRelayed ? relayedOutbox(lane) : localOutbox(lane);
}

function localOutbox(lane: Lane): Outbox {
  const send: Outbox["send"] = (message, handles) => {
    const cargo = handles.length === 0 ? NO_CARGO : cargoOf(handles);
    lane.outlet.trySend(new Parcel(message, false, cargo));
  };
  return {
    destination: { reach: lane.memory.reach },
    send,
    // What is in memory stays there.
    deliver(message) {
      send(message, []);
      return Promise.resolve();
    },
  };
}

function relayedOutbox(lane: Lane): Outbox {
  const client = currentClient()!;
  const holding = holdingOf(lane) as RelayedHolding;
  return {
    destination: { reach: "hub" },
    send(message, handles, valueAt) {
      // Who waits for an answer is told by others that the hub has ended.
      if (client.standing.isOver) return;
      client.messages.post(holding, "pass", message, handles, valueAt);
    },
    deliver: (message) =>
      client.messages.deliver(lane, holding, "pass", message),
  };
}
