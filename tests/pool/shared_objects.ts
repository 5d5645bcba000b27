// Objects that a pool can be handed in the tests.

import { Pipe } from "../../pipe/mod.ts";
import { backend } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event, Lock, SharedArray, SharedValue } from "../../sync/mod.ts";
import type { Shared } from "../contracts/pool_contract.ts";

/** Makes them in the widest memory there is. */
export const SHARED: Shared = {
  event: () => new Event(),
  queue: () => new Queue(),
  lock: () => new Lock(),
  counter: () => new SharedValue("i32", 0),
  array: backend() === "shared" ? () => new SharedArray("i32", 100) : undefined,
  pipe: () => new Pipe<unknown>(),
};

/** The same for threads, which always share memory. */
export const SHARED_BY_THREADS: Shared = {
  ...SHARED,
  array: () => new SharedArray("i32", 100),
};
