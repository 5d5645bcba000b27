import { currentRelay } from "../_internal/handles/mod.ts";
import {
  type Backend,
  forcedBackend,
  reachesProcesses,
} from "../_internal/memory/mod.ts";

export type { Backend };

/**
 * What carries shared objects from this process to others.
 *
 * `"shared"` is memory that all of them map: on Linux, with `--allow-ffi`. Elsewhere
 * it is `"hub"`: objects stay in the process that first handed one to a child, and
 * its children ask for them, over a socket.
 *
 * The environment variable `MULTIPROCESSING_BACKEND`, if it may be read, chooses one
 * of the two.
 *
 * @throws {TypeError} if that variable names no backend
 * @throws {Error} if it asks for shared memory where there is none
 *
 * @example
 * ```ts
 * import { backend } from "@parallel/multiprocessing/process";
 * import { assert } from "@std/assert";
 *
 * assert(["shared", "hub"].includes(backend()));
 * ```
 */
export function backend(): Backend {
  if (currentRelay() !== undefined) return "hub";
  if (reachesProcesses()) return "shared";
  if (forcedBackend() !== "shared") return "hub";
  throw new Error(
    "Cannot use shared memory: it needs Linux and --allow-ffi; unset MULTIPROCESSING_BACKEND",
  );
}
