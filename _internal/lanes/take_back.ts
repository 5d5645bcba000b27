import { afterLeaseSync } from "../channel/mod.ts";
import { holdingOf, unpackBatch } from "../handles/mod.ts";
import { currentClient, type RelayedHolding } from "../hub/mod.ts";
import { NOT_YET } from "../parking/mod.ts";
import type { Lane } from "./lane.ts";

/**
 * Takes back what was sent by a lane and nobody has begun; may block the thread for a
 * moment if a hub stands between.
 *
 * @param take is given each message; it is only valid during the call
 * @param isPatient whether to wait, rather than have it next time, for what was lent
 */
export function takeBack(
  lane: Lane,
  take: (message: Uint8Array) => void,
  { isPatient }: { isPatient: boolean },
): void {
  if (lane.isRelayed) return takeBackFromHub(lane, take);
  const { channel } = lane;
  // All at once: nobody must take one message whose fellows are taken back.
  const takeAll = () => channel.takeAll(() => take(channel.taken));
  if (takeAll() === NOT_YET && isPatient) afterLeaseSync(channel, takeAll);
}

function takeBackFromHub(
  lane: Lane,
  take: (message: Uint8Array) => void,
): void {
  const { standing } = currentClient()!;
  // With the hub, all workers end, and so does what they were to do.
  if (standing.isOver) return;
  const holding = holdingOf(lane) as RelayedHolding;
  const received = standing.receiveSync(holding, "takeAll");
  if (received === undefined) return;
  for (const message of unpackBatch(received.batch!)) take(message);
  received.acknowledge();
}
