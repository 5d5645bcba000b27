import { announceEnd } from "../_internal/handles/mod.ts";
import { openedMemory } from "../_internal/memory/mod.ts";
import type { WaitOptions } from "../_internal/parking/mod.ts";
import { call, proxyClass } from "./_proxy_calls.ts";
import { BaseProxy } from "./base_proxy.ts";

/**
 * Lets parties go on only when all are there, again and again, in a manager.
 *
 * It breaks if one that waits does so for too long or dies, if one that has waited
 * before comes to a bad end, any but that with exit code 0, and if nobody refers to it
 * any more, so that nobody can come. Who is connected to the manager of another program
 * and ends the connection itself has not come to a bad end; but one has that exits
 * before all that it has asked for is on its way.
 *
 * A wait that is aborted by its signal has never been: nothing breaks, and the others wait
 * on. While the action runs all are there already, so it breaks then; but the wait of who
 * has come last, and so acts, goes on to its end.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const barrier = manager.barrier(2);
 * const indices = await Promise.all([barrier.wait(), barrier.wait()]);
 * assertEquals(indices.sort(), [0, 1]);
 * ```
 */
export class BarrierProxy extends BaseProxy {
  static {
    proxyClass("BarrierProxy", import.meta.url, BarrierProxy);
  }

  /** How many wait for each other. */
  get parties(): Promise<number> {
    return call(this, "parties");
  }

  /** How many wait now. */
  get waiting(): Promise<number> {
    return call(this, "waiting");
  }

  /** Whether it is broken. */
  get broken(): Promise<boolean> {
    return call(this, "broken");
  }

  /**
   * Waits until all parties wait.
   *
   * @param wait how long to wait at most, in milliseconds, and what ends the wait.
   *   Default of the timeout: that of the barrier
   * @returns a number from 0, other than that of any other party
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {BrokenBarrierError} if it is broken, or is while this waits, or is reset
   * @throws {DOMException} `TimeoutError` if the others are not there in time; the
   *   barrier is broken then
   * @throws the signal's reason if it is aborted; the barrier stays as it was, but breaks if
   *   its action runs already
   * @throws what the action throws, if this is the last to come
   */
  wait(wait?: WaitOptions): Promise<number> {
    const memory = openedMemory("process");
    if (memory !== undefined) announceEnd(memory);
    const isLimited = wait?.timeout !== undefined;
    return call(this, "wait", [isLimited], wait);
  }

  /** Sends away who waits, and lets the barrier work again. */
  reset(): Promise<void> {
    return call(this, "reset");
  }

  /** Breaks the barrier, for who waits and who comes, until it is reset. */
  abort(): Promise<void> {
    return call(this, "abort");
  }
}
