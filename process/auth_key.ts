import {
  ownAuthKey,
  setAuthKey as set,
  toAuthKey,
} from "../_internal/launch/mod.ts";

/**
 * The key by which the processes and threads of this program know each other when
 * they connect over sockets and do not say otherwise. By default 32 random bytes;
 * who is started inherits it. It never stands in arguments or in the environment.
 *
 * @returns a copy
 *
 * @example
 * ```ts
 * import { authKey } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(authKey().length, 32);
 * assertEquals(authKey(), authKey());
 * ```
 */
export function authKey(): Uint8Array<ArrayBuffer> {
  return ownAuthKey().slice();
}

/**
 * Sets {@linkcode authKey} for this thread and for the processes and threads that it
 * starts from now on: for programs that were started apart and belong together.
 *
 * @param key text or bytes; not empty
 * @throws {TypeError} if it is neither
 * @throws {RangeError} if it is empty
 *
 * @example
 * ```ts
 * import { authKey, setAuthKey } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * setAuthKey("between us");
 * assertEquals(authKey(), new TextEncoder().encode("between us"));
 * ```
 */
export function setAuthKey(key: string | Uint8Array): void {
  set(toAuthKey(key, "set authKey"));
}
