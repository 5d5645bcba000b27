import type { Channel } from "../_internal/channel/mod.ts";
import type { Holding, Stream } from "../_internal/handles/mod.ts";
import { isSealed, peerOf } from "../_internal/memory/mod.ts";
import type { Connection } from "./connection.ts";
import { remoteSideOf } from "./_remote_side.ts";

/** Where the messages of a connection go, for a hub. */
export function streamAtHub(
  { closed, writable }: Connection<unknown>,
  { isGiven, memory, cell }: Holding,
  outbox: Channel,
): Stream {
  return {
    outbox,
    isOver: closed || isGiven || !writable ||
      remoteSideOf(memory, cell) !== undefined ||
      isSealed(memory, peerOf(memory, cell)),
  };
}
