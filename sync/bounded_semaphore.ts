import { CELL_KIND, isArriving, share } from "../_internal/handles/mod.ts";
import { bound, holdingOf, Semaphore } from "./semaphore.ts";

/**
 * A {@linkcode Semaphore} whose value never passes the one that it began with: to
 * release more than has been acquired is an error.
 *
 * When a holder dies its permits come back as with any semaphore.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from "@parallel/multiprocessing/sync";
 * import { assertThrows } from "@std/assert";
 *
 * const semaphore = new BoundedSemaphore(2);
 * const guard = await semaphore.acquire();
 * guard.release();
 * assertThrows(() => semaphore.release(), Error, "its value would pass 2");
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  static {
    share(BoundedSemaphore, {
      name: "BoundedSemaphore",
      module: import.meta.url,
      kind: CELL_KIND.SEMAPHORE,
      holdingOf,
      create: () => new BoundedSemaphore(),
      atHub: { make: (n: number) => new BoundedSemaphore(n), methods: {} },
    });
  }

  /**
   * Creates a semaphore.
   *
   * @param n permits that there are, 0 to 2^29 - 1. Default: 1.
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not a whole number in that range
   */
  constructor(n = 1) {
    const arriving = isArriving();
    super(n);
    if (!arriving) bound(this);
  }
}
