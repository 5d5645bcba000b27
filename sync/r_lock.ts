import {
  CELL_KIND,
  holdingFor,
  refuseToSend,
  share,
  show,
} from "../_internal/handles/mod.ts";
import { cellAt, type Memory, widestMemory } from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { Line } from "./_line.ts";
import type { LockGuard } from "./lock_guard.ts";
import { monitor } from "./_monitor.ts";
import { isOwned, OWNER, takeOwner, WAITERS } from "./_owner.ts";
import { holds, LOCK_METHODS } from "./_relayed.ts";

/**
 * The time from acquiring the free lock to its last release. It is all that says how
 * often its owner has entered: nothing is left to repair when one dies.
 */
class Tenure {
  /** Acquisitions that have not been released. */
  entries = 0;
  abandoned = false;
}

/** What this isolate holds: the tenures of these would be lost with them. */
const held: RLock[] = [];

/** Releases one acquisition of a tenure, for its guard. */
let releaseOwn: (lock: RLock, tenure: Tenure) => boolean;

/**
 * A lock that whoever holds it may acquire again.
 *
 * It is held by a process or a thread, not by an async task: tasks of one thread
 * enter it together, and each must release it as often as it has acquired it.
 * Use a {@linkcode Lock} to keep them apart. It is not fair: whoever comes while
 * it is free gets it, and waiters of one process are served in order. As in
 * Python, only its holder may {@linkcode RLock.release} it.
 *
 * When its holder dies, the next waiter gets it within a second, however often
 * the dead one had acquired it, with a guard that says `abandoned`.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { RLock } from "@parallel/multiprocessing/sync";
 * import { assert } from "@std/assert";
 *
 * const lock = new RLock();
 * {
 *   using _outer = await lock.acquire();
 *   using _inner = await lock.acquire();
 *   assert(lock.locked);
 * }
 * assert(!lock.locked);
 * ```
 */
export class RLock {
  static {
    share(RLock, {
      name: "RLock",
      module: import.meta.url,
      kind: CELL_KIND.R_LOCK,
      holdingOf: (lock) => lock.#holding,
      shows: ({ locked }) => ({ locked }),
      create: () => new RLock(),
      atHub: { make: () => new RLock(), methods: LOCK_METHODS },
    });
    releaseOwn = (lock, tenure) => lock.#releaseOwn(tenure);
    monitor<RLock, Tenure>(RLock, {
      isHeld: (lock) =>
        lock.#holding.isRelayed ? holds(lock) : lock.#tenure !== undefined,
      suspend: (lock) => lock.#free(),
      takeAgain: (lock, tenure) => lock.#beginAgain(tenure),
      lineOf: (lock) => lock.#line,
    });
  }

  readonly #holding = holdingFor(CELL_KIND.R_LOCK, widestMemory);
  readonly #memory: Memory = this.#holding.memory;
  /** A word of its cell. */
  readonly #owner = cellAt(this.#holding.cell) + OWNER;
  readonly #line = new Line(
    this.#memory,
    cellAt(this.#holding.cell) + WAITERS,
    "acquire lock",
    Patience.forHeld(),
  );
  /** Of this isolate, while it holds the lock. */
  #tenure: Tenure | undefined;

  /** Creates a free lock. */
  constructor() {
    this.#holding.bind(this);
  }

  /** Whether somebody holds the lock. */
  get locked(): boolean {
    return isOwned(this.#memory, this.#owner);
  }

  /**
   * Waits until no other process or thread holds the lock, and takes it.
   *
   * @returns a guard that releases this acquisition
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryAcquire() ?? await this.#line.wait(
      () => this.#enter() ?? NOT_YET,
      wait,
    );
    if (isBreathless()) await breathe();
    return guard;
  }

  /**
   * Takes the lock if this thread holds it already, or if it is free and nobody of
   * this thread is waiting for it.
   *
   * @returns a guard that releases this acquisition, or `undefined`
   */
  tryAcquire(): LockGuard | undefined {
    return this.#tenure === undefined &&
        this.#line.isQueued
      ? undefined
      : this.#enter();
  }

  /**
   * Takes the lock, blocking the thread until no other holds it.
   *
   * @returns a guard that releases this acquisition
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   */
  acquireSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryAcquire() ?? this.#line.waitSync(
      () => this.#enter() ?? NOT_YET,
      wait,
    );
  }

  /**
   * Releases one acquisition; the last one frees the lock.
   *
   * @throws {Error} if this process or thread does not hold it
   */
  release(): void {
    const tenure = this.#tenure;
    if (tenure !== undefined) {
      this.#leave(tenure);
      return;
    }
    throw new Error(
      `Cannot release lock: ${
        this.locked ? "another process or thread holds it" : "it is not held"
      }`,
    );
  }

  #enter(): LockGuard | undefined {
    const tenure = this.#tenure ?? this.#begin(new Tenure());
    if (tenure === undefined) return undefined;
    tenure.entries++;
    return new Guard(this, tenure);
  }

  /** Makes this isolate the owner, for a time. */
  #begin(tenure: Tenure): Tenure | undefined {
    const taken = takeOwner(this.#memory, this.#owner);
    if (taken === "none") return undefined;
    if (taken === "abandoned") tenure.abandoned = true;
    held.push(this);
    return this.#tenure = tenure;
  }

  #leave(tenure: Tenure): void {
    if (--tenure.entries === 0) this.#free();
  }

  /** @returns the time that is over */
  #free(): Tenure {
    const { words, self } = this.#memory;
    const tenure = this.#tenure!;
    this.#tenure = undefined;
    if (held.at(-1) === this) held.pop();
    else held.splice(held.lastIndexOf(this), 1);
    // Fails if this thread was terminated, and goes on after another inherited.
    Atomics.compareExchange(words, this.#owner, self, 0);
    this.#line.wakeOne();
    return tenure;
  }

  /** @returns whether there was something to release */
  #releaseOwn(tenure: Tenure): boolean {
    if (tenure !== this.#tenure) return false;
    this.#leave(tenure);
    return true;
  }

  #beginAgain(tenure: Tenure): true | typeof NOT_YET {
    // Two times of one isolate do not mix: each has guards of its own.
    if (this.#tenure !== undefined) return NOT_YET;
    return this.#begin(tenure) !== undefined || NOT_YET;
  }
}

class Guard implements LockGuard {
  static {
    refuseToSend(Guard, "a guard", "send what it guards");
    show(Guard, ({ abandoned }) => ({ abandoned }));
  }

  /** Not to be collected before its guards: its cell would be another's then. */
  readonly #lock: RLock;
  readonly #tenure: Tenure;
  #released = false;

  constructor(lock: RLock, tenure: Tenure) {
    this.#lock = lock;
    this.#tenure = tenure;
  }

  get abandoned(): boolean {
    return this.#tenure.abandoned;
  }

  release(): void {
    if (!this.#released) this.#released = releaseOwn(this.#lock, this.#tenure);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
