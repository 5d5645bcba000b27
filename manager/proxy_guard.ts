import { refuseToSend, show } from "../_internal/handles/mod.ts";
import { call } from "./_proxy_calls.ts";
import type { Grant } from "./_grant.ts";
import type { BaseProxy } from "./base_proxy.ts";

/** Makes the guard for what was acquired. */
export let guardFor: (proxy: BaseProxy, grant: Grant) => ProxyGuard;

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
    guardFor = (proxy, grant) => new ProxyGuard(proxy, grant);
  }

  /** Nothing once it is released. */
  #proxy: BaseProxy | undefined;
  readonly #release: number;
  readonly #abandoned: boolean;

  private constructor(proxy: BaseProxy, grant: Grant) {
    // By hand, in a program whose types nobody checks.
    if (grant === undefined) {
      throw new TypeError(
        "Cannot construct ProxyGuard: acquire() of what a manager has gives one",
      );
    }
    const [release, abandoned] = grant;
    this.#proxy = proxy;
    this.#release = release;
    this.#abandoned = abandoned;
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
    const proxy = this.#proxy;
    if (proxy === undefined) return;
    this.#proxy = undefined;
    await call(proxy, "release", [this.#release]);
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
