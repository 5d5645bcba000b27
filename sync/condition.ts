import { checkKind, checkWhole } from "../_internal/check.ts";
import { CELL_KIND, holdingFor, share } from "../_internal/handles/mod.ts";
import { CELL, cellAt, widestMemory } from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  isTimeoutError,
  NOT_YET,
  timeoutError,
  WAIT_LIST_WORDS,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { isPromise } from "../_internal/type_guards.ts";
import { Line } from "./_line.ts";
import { type Monitor, monitorOf } from "./_monitor.ts";
import { Notices } from "./_notices.ts";
import { CONDITION_METHODS } from "./_relayed.ts";
import { Lock } from "./lock.ts";
import type { LockGuard } from "./lock_guard.ts";
import type { RLock } from "./r_lock.ts";

/** The states are those of `Notices`. */
const WAITERS = CELL.BODY;
const NOTICES = WAITERS + WAIT_LIST_WORDS;
/** As many as the cell has room for. */
const WAITS_IN_CELL = 17;

const DOING = "wait for condition";
const NO_LOCK = {};

/** A wait that has begun. */
interface Turn {
  place: number;
  /** How the lock was held. */
  readonly held: unknown;
  /** Looks for a notification. */
  readonly look: () => true | typeof NOT_YET;
}

/**
 * Lets processes and threads that hold a lock wait for each other: for something
 * about what the lock protects to become true.
 *
 * {@linkcode wait} frees the lock, waits until it is notified, and takes the lock
 * again. {@linkcode notify} tells those who have waited longest, of whatever
 * process or thread; a notification that nobody waits for is of no effect, and
 * nobody takes one that was given before it began to wait. Nobody is notified
 * without cause, except that what was true may no longer be when the lock is
 * taken: {@linkcode waitFor} looks again.
 *
 * The death of a waiter loses nothing: if it was notified and had not got the lock
 * again, the notification passes to the next who waited at that time, within a
 * second. If one dies that holds the lock, the guard of the next says `abandoned`.
 *
 * The lock travels with the condition, and several conditions may have one lock.
 * By default it is a {@linkcode Lock}. Python's is one that its holder may acquire
 * again; here an {@linkcode RLock} does not keep the async tasks of one thread apart,
 * and whichever of them waits frees it for all: use it where one task at a time of a
 * thread holds it.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { Condition } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const condition = new Condition();
 * const items: string[] = [];
 *
 * async function take(): Promise<string> {
 *   using _guard = await condition.acquire();
 *   await condition.waitFor(() => items.length > 0);
 *   return items.shift()!;
 * }
 *
 * const taken = take();
 * {
 *   using _guard = await condition.acquire();
 *   items.push("first");
 *   condition.notify();
 * }
 * assertEquals(await taken, "first");
 * ```
 */
export class Condition {
  static {
    share(Condition, {
      name: "Condition",
      module: import.meta.url,
      kind: CELL_KIND.CONDITION,
      holdingOf: (condition) => condition.#holding,
      shows: ({ lock }) => ({ lock }),
      partsOf: (condition) => [condition.lock],
      // Not its default: the hold that it arrives with is not for a new lock.
      create: ([lock = NO_LOCK]) => new Condition(lock as Lock),
      atHub: {
        make: (lock: Lock) => new Condition(lock),
        methods: CONDITION_METHODS,
      },
    });
  }

  /** The lock that is to be held to wait and to notify. */
  readonly lock: Lock | RLock;
  readonly #monitor: Monitor;
  readonly #holding;
  readonly #line: Line;
  readonly #notices: Notices;

  /**
   * Creates a condition.
   *
   * @param lock the lock to use. Default: a new {@linkcode Lock}
   * @throws {TypeError} if it is neither a {@linkcode Lock} nor an {@linkcode RLock}
   */
  constructor(lock: Lock | RLock = new Lock()) {
    const monitor = monitorOf(lock);
    if (monitor === undefined) {
      throw new TypeError(
        "Cannot create condition: lock is neither a Lock nor an RLock",
      );
    }
    this.lock = lock;
    this.#monitor = monitor;
    this.#holding = holdingFor(CELL_KIND.CONDITION, widestMemory);
    const { memory, cell } = this.#holding;
    this.#line = new Line(memory, cellAt(cell) + WAITERS, DOING);
    this.#notices = new Notices(
      memory,
      cell,
      this.#line,
      cellAt(cell) + NOTICES,
      WAITS_IN_CELL,
    );
    this.#holding.bind(this);
    this.#holding.madeOf([lock]);
  }

  /** Waits until the lock is free, and takes it, as its own `acquire` does. */
  acquire(wait?: WaitOptions): Promise<LockGuard> {
    return this.lock.acquire(wait);
  }

  /** Takes the lock, blocking the thread, as its own `acquireSync` does. */
  acquireSync(wait?: WaitOptions): LockGuard {
    return this.lock.acquireSync(wait);
  }

  /** Takes the lock if it is free, as its own `tryAcquire` does. */
  tryAcquire(): LockGuard | undefined {
    return this.lock.tryAcquire();
  }

  /** Releases the lock, as its own `release` does. */
  release(): void {
    this.lock.release();
  }

  /**
   * Frees the lock, waits for a notification, and takes the lock again.
   *
   * Afterwards the lock is held as before, guards of it included, also if the wait
   * has failed: neither the timeout nor the signal ends the wait for the lock, so
   * that whoever calls this need not wonder. A notification that comes at the same
   * moment is not lost: either the wait succeeds, or it goes to another one.
   *
   * @param wait how long to wait for a notification at most, in milliseconds, and
   *   what ends that
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {Error} if this thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if no notification comes in time
   * @throws the signal's reason if it is aborted
   */
  async wait(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const turn = this.#begin();
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#line.wait(turn.look, wait);
    } catch (error) {
      // Whoever has been told by now has not waited in vain.
      if (this.#notices.withdraw(turn.place)) failure = { error };
    }
    const resumed = this.#monitor.resume(this.lock, turn.held);
    if (resumed !== undefined) await resumed;
    if (failure !== undefined) throw failure.error;
    this.#notices.leave(turn.place);
    if (isBreathless()) await breathe();
  }

  /**
   * The same, blocking the thread. Of all that wait in one thread, those who began
   * earlier go first. If one of them is an async task that has got the lock, it
   * cannot free it while the thread is blocked: do not mix the two in a thread.
   *
   * @param wait how long to wait for a notification at most, in milliseconds
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {Error} if this thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if no notification comes in time
   */
  waitSync(wait?: WaitOptions): void {
    checkWait(wait);
    const turn = this.#begin();
    let failure: { readonly error: unknown } | undefined;
    try {
      this.#line.waitSync(turn.look, wait);
    } catch (error) {
      if (this.#notices.withdraw(turn.place)) failure = { error };
    }
    this.#monitor.resumeSync(this.lock, turn.held);
    if (failure !== undefined) throw failure.error;
    this.#notices.leave(turn.place);
  }

  /**
   * Waits until something is true: calls `predicate`, with the lock held, now and
   * after every notification.
   *
   * @param predicate what has to give something truthy. A promise is awaited, with
   *   the lock held
   * @param wait how long to wait at most, in milliseconds, all notifications
   *   together, and what ends that. When the time is over, the predicate is called
   *   for a last time
   * @returns what the predicate gave
   * @throws {TypeError} if `predicate` is no function, or `wait` is of the wrong kind
   * @throws {Error} if this thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if it does not become true in time
   * @throws the signal's reason if it is aborted
   * @throws what the predicate throws; the lock is held then, too
   */
  async waitFor<T>(
    predicate: () => T | Promise<T>,
    wait?: WaitOptions,
  ): Promise<T> {
    checkKind(predicate, "function", "predicate", DOING);
    checkWait(wait);
    this.#checkHeld(DOING);
    const end = endOf(wait);
    for (;;) {
      let result = predicate();
      if (isPromise(result)) result = await result;
      if (result) return result as T;
      const left = timeLeft(end, wait);
      try {
        await this.wait({ timeout: left, signal: wait?.signal });
      } catch (error) {
        throwUnlessLate(error, wait);
      }
    }
  }

  /**
   * The same, blocking the thread.
   *
   * @param predicate what has to give something truthy
   * @param wait how long to wait at most, in milliseconds, all notifications together
   * @returns what the predicate gave
   * @throws {TypeError} if `predicate` is no function, or gives a promise, which it
   *   cannot wait for, or `wait` is of the wrong kind
   * @throws {Error} if this thread does not hold the lock
   * @throws {DOMException} `TimeoutError` if it does not become true in time
   */
  waitForSync<T>(
    predicate: () => T,
    wait?: WaitOptions,
  ): T {
    checkKind(predicate, "function", "predicate", DOING);
    checkWait(wait);
    this.#checkHeld(DOING);
    const end = endOf(wait);
    for (;;) {
      const result = predicate();
      if (isPromise(result)) {
        throw new TypeError(
          "Cannot wait for condition: the predicate gave a promise; use await waitFor()",
        );
      }
      if (result) return result;
      const left = timeLeft(end, wait);
      try {
        this.waitSync({ timeout: left, signal: wait?.signal });
      } catch (error) {
        throwUnlessLate(error, wait);
      }
    }
  }

  /**
   * Notifies those who have waited longest. They go on when the lock is free, one
   * after the other.
   *
   * @param n how many at most, a whole number from 0. Default: 1
   * @throws {Error} if this thread does not hold the lock
   * @throws {TypeError} if `n` is not a number
   * @throws {RangeError} if it is not a whole number from 0
   */
  notify(n = 1): void {
    checkWhole(n, "n", "notify condition", 0, Infinity);
    this.#checkHeld("notify condition");
    this.#notices.notify(n);
  }

  /**
   * Notifies all who wait.
   *
   * @throws {Error} if this thread does not hold the lock
   */
  notifyAll(): void {
    this.#checkHeld("notify condition");
    this.#notices.notify(Infinity);
  }

  #begin(): Turn {
    this.#checkHeld(DOING);
    const notices = this.#notices;
    const place = notices.enter();
    let held;
    try {
      held = this.#monitor.suspend(this.lock);
    } catch (error) {
      notices.withdraw(place);
      throw error;
    }
    const turn: Turn = {
      place,
      held,
      look() {
        const place = notices.look(turn.place);
        if (place < 0) return NOT_YET;
        turn.place = place;
        return true;
      },
    };
    return turn;
  }

  #checkHeld(doing: string): void {
    if (this.#monitor.isHeld(this.lock)) return;
    throw new Error(`Cannot ${doing}: its lock is not held`);
  }
}

/** When a wait is over, by the clock that need not be asked if it has no end. */
function endOf(wait: WaitOptions | undefined): number {
  const { timeout = Infinity } = wait ?? {};
  return timeout === Infinity ? Infinity : performance.now() + timeout;
}

/** @throws {DOMException} `TimeoutError` if no time is left */
function timeLeft(end: number, wait: WaitOptions | undefined): number {
  if (end === Infinity) return end;
  const left = end - performance.now();
  if (left <= 0) throw timeoutError(DOING, wait!.timeout!);
  return left;
}

/** Throws what has ended a wait, unless that is its timeout. */
function throwUnlessLate(error: unknown, wait: WaitOptions | undefined): void {
  if (!isTimeoutError(error) || wait?.signal?.aborted) throw error;
}
