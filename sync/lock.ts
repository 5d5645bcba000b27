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

/** Releases what a guard of a lock stands for. */
let releaseOwn: (lock: Lock, guard: Guard) => void;

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
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
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
      shows: ({ locked }) => ({ locked }),
      create: () => new Lock(),
      atHub: { make: () => new Lock(), methods: LOCK_METHODS },
    });
    releaseOwn = (lock, guard) => lock.#releaseOwn(guard);
    monitor<Lock, Guard | undefined>(Lock, {
      isHeld: (lock) => lock.#holding.isRelayed ? holds(lock) : lock.#isHeld,
      suspend(lock) {
        const guard = lock.#guard;
        lock.release();
        return guard;
      },
      takeAgain: (lock, guard) => lock.#takeAgain(guard),
      lineOf: (lock) => lock.#line,
    });
  }

  readonly #holding = holdingFor(CELL_KIND.LOCK, widestMemory);
  readonly #memory: Memory = this.#holding.memory;
  /** A word of its cell. */
  readonly #owner = cellAt(this.#holding.cell) + OWNER;
  readonly #line = new Line(
    this.#memory,
    cellAt(this.#holding.cell) + WAITERS,
    "acquire lock",
    Patience.forHeld(),
  );
  /** Of the last acquisition here: those of earlier ones release nothing any more. */
  #guard: Guard | undefined;

  /** Creates a free lock. */
  constructor() {
    this.#holding.bind(this);
  }

  /** Whether somebody holds the lock. */
  get locked(): boolean {
    return isOwned(this.#memory, this.#owner);
  }

  /**
   * Waits until the lock is free, and takes it.
   *
   * @returns a guard that releases it
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryAcquire() ?? await this.#line.wait(
      () => this.#take() ?? NOT_YET,
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
    return this.#line.isQueued ? undefined : this.#take();
  }

  /**
   * Takes the lock, blocking the thread until it is free.
   *
   * If a task of this thread already waits for it by `await`, that has its turn first,
   * and cannot free it while the thread is blocked: do not mix the two in a thread.
   *
   * @returns a guard that releases it
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not become free in time
   */
  acquireSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryAcquire() ?? this.#line.waitSync(
      () => this.#take() ?? NOT_YET,
      wait,
    );
  }

  /**
   * Frees the lock, whoever holds it.
   *
   * @throws {Error} if nobody does
   */
  release(): void {
    if (Atomics.exchange(this.#memory.words, this.#owner, 0) === 0) {
      throw new Error("Cannot release lock: it is not held");
    }
    this.#line.wakeOne();
  }

  get #isHeld(): boolean {
    const { words, self } = this.#memory;
    return Atomics.load(words, this.#owner) === self;
  }

  #take(): LockGuard | undefined {
    const taken = takeOwner(this.#memory, this.#owner);
    if (taken === "none") return undefined;
    return this.#guard = new Guard(this, taken === "abandoned");
  }

  #releaseOwn(guard: Guard): void {
    if (guard !== this.#guard) return;
    const { words, self } = this.#memory;
    // Fails if the lock was released by other means, or by the guard before.
    if (Atomics.compareExchange(words, this.#owner, self, 0) !== self) return;
    this.#line.wakeOne();
  }

  #takeAgain(guard: Guard | undefined): true | typeof NOT_YET {
    const taken = takeOwner(this.#memory, this.#owner);
    if (taken === "none") return NOT_YET;
    if (taken === "abandoned") guard?.abandon();
    this.#guard = guard;
    return true;
  }
}

class Guard implements LockGuard {
  static {
    refuseToSend(Guard, "a guard", "send what it guards");
    show(Guard, ({ abandoned }) => ({ abandoned }));
  }

  /** Not to be collected before its guards: its cell would be another's then. */
  readonly #lock: Lock;
  #abandoned: boolean;

  constructor(lock: Lock, abandoned: boolean) {
    this.#lock = lock;
    this.#abandoned = abandoned;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** Notes that it was abandoned while a condition had it. */
  abandon(): void {
    this.#abandoned = true;
  }

  release(): void {
    releaseOwn(this.#lock, this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
