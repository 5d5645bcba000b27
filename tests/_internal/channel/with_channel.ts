import { assert, assertEquals } from "@std/assert";
import { Channel, emptyChannel } from "../../../_internal/channel/mod.ts";
import {
  allocateCell,
  freeCell,
  letGo,
  type Memory,
} from "../../../_internal/memory/mod.ts";
import { parkingOf } from "../../../_internal/parking/mod.ts";
import { usageOf } from "../memory/backends.ts";

const QUEUE = 2;
const PROCEED = () => {};

/** Uses a channel of its own, which is to leave nothing in the memory. */
export async function withChannel(
  memory: Memory,
  use: (channel: Channel, cell: number) => void | Promise<void>,
): Promise<void> {
  const before = usageOf(memory);
  const cell = allocateCell(memory, QUEUE);
  await use(new Channel(parkingOf(memory), cell), cell);
  assert(letGo(memory, cell, memory.self));
  freeCell(memory, cell, (each) => emptyChannel(memory, each, PROCEED));
  assertEquals(usageOf(memory), before);
}
