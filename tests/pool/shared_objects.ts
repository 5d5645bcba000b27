// Objects that a pool can be handed in the tests.

import { Pipe } from "../../pipe/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event, Lock, SharedArray } from "../../sync/mod.ts";
import type { Shared } from "../contracts/pool_contract.ts";

/** Makes them in the widest memory there is. */
export const SHARED: Shared = {
  event: () => new Event(),
  queue: () => new Queue(),
  lock: () => new Lock(),
  array: () => new SharedArray("i32", 100),
  pipe: () => new Pipe<unknown>(),
};
