/**
 * Objects that live in a process of their own and are used from many, on this machine
 * and on others.
 *
 * What does not say that it needs a permission needs none.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const dict = manager.dict<unknown, unknown>();
 * await dict.set(1, "1");
 * await dict.set("2", 2);
 * await dict.set(0.25, null);
 * assertEquals(await dict.get("2"), 2);
 * ```
 *
 * @module
 */
export * from "./array_proxy.ts";
export * from "./barrier_proxy.ts";
export { BaseProxy } from "./base_proxy.ts";
export * from "./bounded_semaphore_proxy.ts";
export * from "./condition_proxy.ts";
export * from "./dict_proxy.ts";
export * from "./event_proxy.ts";
export * from "./joinable_queue_proxy.ts";
export * from "./list_proxy.ts";
export * from "./lock_proxy.ts";
export * from "./manager.ts";
export type * from "./manager_options.ts";
export * from "./namespace_proxy.ts";
export * from "./pool_proxy.ts";
export type * from "./proxied.ts";
export { ProxyGuard } from "./proxy_guard.ts";
export * from "./queue_proxy.ts";
export * from "./r_lock_proxy.ts";
export * from "./semaphore_proxy.ts";
export * from "./set_proxy.ts";
export * from "./value_proxy.ts";
export type { Address } from "../_internal/sockets/mod.ts";
export type { TryResult, WaitOptions } from "../_internal/parking/mod.ts";
export type { ModuleTarget, Target } from "../process/mod.ts";
export type {
  SharedArrays,
  SharedMemory,
  SharedMemoryOptions,
  SharedNumbers,
} from "../sync/mod.ts";
