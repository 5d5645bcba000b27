import { refuseToSend, show } from "../_internal/handles/mod.ts";
import type { WaitOptions } from "../_internal/parking/mod.ts";
import type { Grant } from "./_grant.ts";
import { LastCall } from "./_last_call.ts";
import { call } from "./_proxy_calls.ts";
import type { BaseProxy } from "./base_proxy.ts";

/** Makes the guard for what was acquired. */
let guardFor: (grant: Grant, release: LastCall) => ProxyGuard;

/** Waits until it can be acquired what a proxy stands for. */
export async function acquire(
  proxy: BaseProxy,
  wait?: WaitOptions,
): Promise<ProxyGuard> {
  return (await acquireBy(proxy, "acquire", wait))!;
}

/** Acquires what a proxy stands for, if that is free. */
export async function tryAcquire(
  proxy: BaseProxy,
): Promise<ProxyGuard | undefined> {
  return await acquireBy(proxy, "tryAcquire");
}

async function acquireBy(
  proxy: BaseProxy,
  method: string,
  wait?: WaitOptions,
): Promise<ProxyGuard | undefined> {
  // From now on, as who does not await it may dispose of the proxy before it is there.
  const release = new LastCall(proxy, "release");
  let grant: Grant | undefined;
  try {
    grant = await call<Grant | undefined>(proxy, method, [], wait);
  } finally {
    if (grant === undefined) release.drop();
  }
  return grant && guardFor(grant, release);
}

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
    guardFor = (grant, release) => new ProxyGuard(grant, release);
  }

  /** Nothing once it is released. */
  #release: LastCall | undefined;
  readonly #acquired: number;
  readonly #abandoned: boolean;

  private constructor(grant: Grant, release: LastCall) {
    // By hand, in a program whose types nobody checks.
    if (grant === undefined) {
      throw new TypeError(
        "Cannot construct ProxyGuard: acquire() of what a manager has gives one",
      );
    }
    [this.#acquired, this.#abandoned] = grant;
    this.#release = release;
  }

  /**
   * Whether the previous holder died while it held it, so that what is protected may
   * be half-changed. It never changes: what has happened during a wait for a condition
   * is said by the next guard.
   */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /**
   * Releases it, also if the proxy has been disposed of meanwhile. Does nothing the
   * second time.
   */
  async release(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await release?.make(this.#acquired);
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
