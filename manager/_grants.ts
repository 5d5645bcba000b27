import type { BaseProxy } from "./base_proxy.ts";
import { guardFor, type ProxyGuard } from "./proxy_guard.ts";

/** What a manager says to who has acquired something. */
export type Grant = readonly [release: number, abandoned: boolean];

/** The guard for what was acquired. */
export function guardOf(
  proxy: BaseProxy,
  [release, abandoned]: Grant,
): ProxyGuard {
  return guardFor({ proxy, release, abandoned });
}
