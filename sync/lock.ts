import { CELL_KIND, holdingFor, share } from "../_internal/handles/mod.ts";
import {
  CELL,
  cellAt,
  checkStopped,
  isAlive,
  type Memory,
  widestMemory,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  type Parking,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import type { LockGuard } from "./lock_guard.ts";

/*
 * | OWNER | means                                  | next                            |
 * | ----- | -------------------------------------- | ------------------------------- |
 * | 0     | free                                   | id, by whoever is first         |
 * | id    | held by that participant               | 0 by release()                  |
 * | id    | of one that is dead: abandoned         | id of the waiter that inherits  |
 */
const OWNER = CELL.BODY;
const WAITERS = CELL.BODY + 2;

/** Releases an acquisition of a lock, for its guard. */
let releaseOwn: (lock: Lock, acquisition: number) => void;

/**
 * A mutual exclusion lock for processes and threads.
 *
 * It is not reentrant: a holder that acquires it again waits for itself. It is
 * not fair: whoever comes while it is free gets it, and waiters of one process
 * are served in order. As in Python, anybody may {@linkcode Lock.release}
 * it; a {@linkcode LockGuard} releases only its own acquisition.
 *
 * When its holder dies, the next waiter gets it within a second, with a guard
 * that says `abandoned`.
 *
 * To reach other processes it needs Linux and `--allow-ffi`; among threads it
 * needs no permission.
 *
 * @example
 * ```ts
 * import { Lock } from "@parallel/multiprocessing/sync";
 * import { assert } from "@std/assert";
 *
 * const lock = new Lock();
 * {
 *   using _guard = await lock.acquire();
 *   assert(lock.locked);
 * }
 * assert(!lock.locked);
 * ```
 */
export class Lock {
  static {
    share(Lock, {
      name: "Lock",
      module: import.meta.url,
      kind: CELL_KIND.LOCK,
      holdingOf: (lock) => lock.#holding,
      create: () => new Lock(),
    });
    releaseOwn = (lock, acquisition) => lock.#releaseOwn(acquisition);
  }

  readonly #holding = holdingFor(CELL_KIND.LOCK, widestMemory);
  readonly #memory: Memory = this.#holding.memory;
  readonly #parking: Parking = parkingOf(this.#memory);
  readonly #at = cellAt(this.#holding.cell);
  readonly #patience = new Patience();
  /** Times that it was acquired here, so that a guard knows its own from later ones. */
  #acquisitions = 0;

  /** Creates a free lock. */
  constructor() {
    this.#holding.bind(this);
  }

  /** Whether somebody holds the lock. */
  get locked(): boolean {
    const owner = Atomics.load(this.#memory.words, this.#at + OWNER);
    return owner !== 0 && isAlive(this.#memory, owner);
  }

  /**
   * Waits until the lock is free, and takes it.
   *
   * @returns a guard that releases it
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryAcquire() ?? await this.#parking.wait(
      this.#at + WAITERS,
      () => this.#take() ?? NOT_YET,
      this.#patience,
      "acquire lock",
      wait,
    );
    if (isBreathless()) await breathe();
    return guard;
  }

  /**
   * Takes the lock if it is free and nobody of this thread is waiting for it.
   *
   * @returns a guard that releases it, or `undefined`
   */
  tryAcquire(): LockGuard | undefined {
    return this.#parking.isQueued(this.#at + WAITERS)
      ? undefined
      : this.#take();
  }

  /**
   * Takes the lock, blocking the thread until it is free.
   *
   * @returns a guard that releases it
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   */
  acquireSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryAcquire() ?? this.#parking.waitSync(
      this.#at + WAITERS,
      () => this.#take() ?? NOT_YET,
      this.#patience,
      "acquire lock",
      wait,
    );
  }

  /**
   * Frees the lock, whoever holds it.
   *
   * @throws {Error} if nobody does
   */
  release(): void {
    if (Atomics.exchange(this.#memory.words, this.#at + OWNER, 0) === 0) {
      throw new Error("Cannot release lock: it is not held");
    }
    this.#parking.wakeOne(this.#at + WAITERS);
  }

  #take(): LockGuard | undefined {
    const { words, self } = this.#memory;
    const at = this.#at;
    checkStopped(this.#memory);
    // Settles who of many gets a free lock.
    const owner = Atomics.compareExchange(words, at + OWNER, 0, self);
    if (owner !== 0) {
      if (isAlive(this.#memory, owner)) return undefined;
      // Settles who of many inherits from the dead.
      if (
        Atomics.compareExchange(words, at + OWNER, owner, self) !== owner
      ) return undefined;
    }
    return new Guard(this, ++this.#acquisitions, owner !== 0);
  }

  #releaseOwn(acquisition: number): void {
    if (acquisition !== this.#acquisitions) return;
    const { words, self } = this.#memory;
    const at = this.#at;
    // Fails if the lock was released by other means, or by the guard before.
    if (Atomics.compareExchange(words, at + OWNER, self, 0) !== self) return;
    this.#parking.wakeOne(at + WAITERS);
  }
}

class Guard implements LockGuard {
  readonly abandoned: boolean;
  /** Not to be collected before its guards: its cell would be another's then. */
  readonly #lock: Lock;
  readonly #acquisition: number;

  constructor(lock: Lock, acquisition: number, abandoned: boolean) {
    this.#lock = lock;
    this.#acquisition = acquisition;
    this.abandoned = abandoned;
  }

  release(): void {
    releaseOwn(this.#lock, this.#acquisition);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
