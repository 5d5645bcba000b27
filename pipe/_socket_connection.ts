import {
  CELL_KIND,
  createHolding,
  createWith,
} from "../_internal/handles/mod.ts";
import { cellAt, pair, widestBytes } from "../_internal/memory/mod.ts";
import type { FramedSocket } from "../_internal/sockets/mod.ts";
import { Bridge } from "./_bridge.ts";
import { DIRECTION, LIMIT, READABLE, REMOTE, WRITABLE } from "./_direction.ts";
import { Connection } from "./connection.ts";

/** Makes a connection of a socket: a pipe with the socket behind its far end. */
export function connectionOver<T>(socket: FramedSocket): Connection<T> {
  // Never at a hub: the socket is here.
  const memory = widestBytes();
  const { words } = memory;
  const near = createHolding(memory, CELL_KIND.PIPE_END);
  const far = createHolding(memory, CELL_KIND.PIPE_END);
  const both = READABLE | WRITABLE;
  words[cellAt(near.cell) + DIRECTION] = both | REMOTE;
  words[cellAt(near.cell) + LIMIT] = socket.maxSend | 0;
  words[cellAt(far.cell) + DIRECTION] = both;
  pair(memory, near.cell, far.cell);
  // Before the connection, which asks for it.
  new Bridge(socket, far);
  return createWith(near, () => new Connection<T>());
}
