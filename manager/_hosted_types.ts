import type { HostedType } from "./_hosted.ts";
import { ARRAY } from "./_hosted_array.ts";
import { BARRIER } from "./_hosted_barrier.ts";
import { CONDITION } from "./_hosted_condition.ts";
import { DICT } from "./_hosted_dict.ts";
import { EVENT } from "./_hosted_event.ts";
import { LIST } from "./_hosted_list.ts";
import { LOCK, R_LOCK } from "./_hosted_lock.ts";
import { NAMESPACE } from "./_hosted_namespace.ts";
import { POOL } from "./_hosted_pool.ts";
import { JOINABLE_QUEUE, QUEUE } from "./_hosted_queue.ts";
import { BOUNDED_SEMAPHORE, SEMAPHORE } from "./_hosted_semaphore.ts";
import { SET } from "./_hosted_set.ts";
import { VALUE } from "./_hosted_value.ts";

/** The types of objects that every manager has. */
export const TYPES: ReadonlyMap<string, HostedType<unknown>> = new Map([
  ["dict", DICT],
  ["list", LIST],
  ["set", SET],
  ["namespace", NAMESPACE],
  ["value", VALUE],
  ["array", ARRAY],
  ["queue", QUEUE],
  ["joinableQueue", JOINABLE_QUEUE],
  ["lock", LOCK],
  ["rLock", R_LOCK],
  ["semaphore", SEMAPHORE],
  ["boundedSemaphore", BOUNDED_SEMAPHORE],
  ["condition", CONDITION],
  ["event", EVENT],
  ["barrier", BARRIER],
  ["pool", POOL],
]);
