import { refuseToSend, show } from "../_internal/handles/mod.ts";
import { call } from "./_calls.ts";
import type { BaseProxy } from "./base_proxy.ts";

/** What a guard stands for, for who acquires something. */
export interface Grant {
  readonly proxy: BaseProxy;
  /** What to give back with: which acquisition, or how many. */
  readonly release: number;
  readonly abandoned: boolean;
}

/** Makes a guard. */
export let guardFor: (grant: Grant) => ProxyGuard;

/**
 * Holds what was acquired from a manager until it is released or disposed of, by
 * `using` or `await using`.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { assert, assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const lock = manager.lock();
 * {
 *   await using guard = await lock.acquire();
 *   assert(!guard.abandoned);
 * }
 * assertEquals(await lock.locked, false);
 * ```
 */
export class ProxyGuard implements Disposable, AsyncDisposable {
  static {
    refuseToSend(ProxyGuard, "a guard", "send what it guards");
    show(ProxyGuard, ({ abandoned }) => ({ abandoned }));
    guardFor = (grant) => new ProxyGuard(grant);
  }

  #grant: Grant | undefined;
  readonly #abandoned: boolean;

  private constructor(grant: Grant) {
    this.#grant = grant;
    this.#abandoned = grant.abandoned;
  }

  /**
   * Whether the previous holder died while it held it, so that what is protected may
   * be half-changed.
   */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Releases it. Does nothing the second time. */
  async release(): Promise<void> {
    if (this.#grant === undefined) return;
    const { proxy, release } = this.#grant;
    this.#grant = undefined;
    await call(proxy, "release", [release]);
  }

  /** Has it released, before anything that is asked of the manager later. */
  [Symbol.dispose](): void {
    // If the manager has ended, there is nothing to be released.
    this.release().catch(() => {});
  }

  /** Releases it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
