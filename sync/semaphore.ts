import { checkWhole } from "../_internal/check.ts";
import {
  CELL_KIND,
  type Holding,
  holdingFor,
  isArriving,
  refuseToSend,
  share,
  show,
} from "../_internal/handles/mod.ts";
import { cellAt, widestMemory } from "../_internal/memory/mod.ts";
import { MOST_PERMITS, refuseToRelease } from "../_internal/most_permits.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { Acquisitions } from "./_acquisitions.ts";
import { Line } from "./_line.ts";
import type { LockGuard } from "./lock_guard.ts";
import { Permits, WAITERS } from "./_permits.ts";
import { holds, taking, takingSync, TRYING } from "./_relayed.ts";

/** The hold of a semaphore on its cell, for the class that extends it. */
export let holdingOf: (semaphore: Semaphore) => Holding;
/** Lets the value of a new semaphore not pass the one that it began with. */
export let bound: (semaphore: Semaphore) => void;

/** Gives an acquisition back, for the guard of that number. */
let releaseOwn: (semaphore: Semaphore, number: number) => void;

/** Most waiters that are woken at once; each wakes the next if there is more. */
const WOKEN_AT_ONCE = 8;

/**
 * A number of permits for processes and threads: whoever acquires one takes it, or
 * waits until one is free.
 *
 * Anybody may {@linkcode Semaphore.release} as many as they like. Who holds
 * permits gives those back; what is released beyond that is new, so one that
 * begins with 0 counts signals. It is not fair: whoever comes while a permit is
 * free gets it, and waiters of one process are served in order.
 *
 * When a holder dies its permits come back within a second, and their next guards
 * say `abandoned`. They do not where there would then be more than the semaphore
 * began with: what was released in the dead one's place is not given back again,
 * and neither are signals that it had taken.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { Semaphore } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const semaphore = new Semaphore(2);
 * {
 *   using _guard = await semaphore.acquire();
 *   assertEquals(semaphore.value, 1);
 * }
 * assertEquals(semaphore.value, 2);
 * ```
 */
export class Semaphore {
  static {
    share(Semaphore, {
      name: "Semaphore",
      module: import.meta.url,
      kind: CELL_KIND.SEMAPHORE,
      holdingOf: holdingOf = (semaphore) => semaphore.#holding,
      shows: ({ value }) => ({ value }),
      create: () => new Semaphore(),
      atHub: {
        make: (n: number) => new Semaphore(n),
        methods: {
          value: { accessor: true },
          acquire: taking("tryAcquire"),
          tryAcquire: TRYING,
          acquireSync: takingSync("acquire", "tryAcquire"),
          release: {
            post: (semaphore, [n = 1]) =>
              Number.isInteger(n) && n as number > 0 &&
              holds(semaphore, n as number),
            released: ([n = 1]) => n as number,
          },
        },
      },
    });
    bound = (semaphore) => semaphore.#permits.bound();
    releaseOwn = (semaphore, number) => semaphore.#releaseOwn(number);
  }

  readonly #holding: Holding;
  readonly #permits: Permits;
  readonly #line: Line;
  readonly #acquisitions = new Acquisitions();

  /**
   * Creates a semaphore.
   *
   * @param n permits that are free at first, 0 to 2^29 - 1. Default: 1.
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not a whole number in that range
   */
  constructor(n = 1) {
    checkWhole(n, "n", "create semaphore", 0, MOST_PERMITS);
    const arriving = isArriving();
    this.#holding = holdingFor(CELL_KIND.SEMAPHORE, widestMemory);
    const { memory, cell } = this.#holding;
    this.#permits = new Permits(memory, cell);
    this.#line = new Line(
      memory,
      cellAt(cell) + WAITERS,
      "acquire semaphore",
      Patience.forHeld(),
    );
    if (!arriving) this.#permits.create(n);
    this.#holding.bind(this);
    this.#holding.madeOf([n]);
  }

  /** How many permits are free. Others may take and give back meanwhile. */
  get value(): number {
    return this.#permits.value;
  }

  /**
   * Waits until a permit is free, and takes it.
   *
   * @returns a guard that gives it back
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if none becomes free in time
   * @throws the signal's reason if it is aborted
   */
  async acquire(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryAcquire() ??
      await this.#line.wait(this.#attempt, wait);
    if (isBreathless()) await breathe();
    return guard;
  }

  /**
   * Takes a permit if one is free and nobody of this thread is waiting for one.
   *
   * @returns a guard that gives it back, or `undefined`
   */
  tryAcquire(): LockGuard | undefined {
    return this.#line.isQueued ? undefined : this.#take();
  }

  /**
   * Takes a permit, blocking the thread until one is free.
   *
   * If a task of this thread already waits for one by `await`, that has its turn first,
   * and cannot give it back while the thread is blocked: do not mix the two in a thread.
   *
   * @returns a guard that gives it back
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if none becomes free in time
   */
  acquireSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryAcquire() ?? this.#line.waitSync(this.#attempt, wait);
  }

  /**
   * Gives permits back that this process or thread holds; what it does not hold, it
   * adds.
   *
   * It does not say whose: if the guards that were acquired here before are released
   * as well, they give back what is left of their permits and no more; never the
   * permit of a later guard.
   *
   * @param n how many, from 1 on. Default: 1.
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not a whole number from 1 to 2^29 - 1
   * @throws {Error} if more would be free than may be: 2^29 - 1, or with a
   *   `BoundedSemaphore` as many as at first. Then nothing is released.
   */
  release(n = 1): void {
    if (n !== 1) checkWhole(n, "n", "release semaphore", 1, MOST_PERMITS);
    if (!this.#permits.give(n)) refuseToRelease(this.#permits.limit);
    this.#acquisitions.giveBack(n);
    if (n === 1) this.#line.wakeOne();
    else this.#wake(n);
  }

  #take(): LockGuard | undefined {
    const taken = this.#permits.take();
    if (taken === "none") return undefined;
    return new Guard(this, this.#acquisitions.add(), taken === "abandoned");
  }

  readonly #attempt = (): LockGuard | typeof NOT_YET => {
    const guard = this.#take();
    if (guard === undefined) return NOT_YET;
    // One that was woken for two permits, or by a death, wakes the next; which may
    // be this isolate, whose waits may all be served by now.
    if (this.#permits.free > 0) {
      this.#wake(this.#line.isQueued ? 2 : 1);
    }
    return guard;
  };

  #wake(permits: number): void {
    const count = Math.min(permits, WOKEN_AT_ONCE);
    for (let woken = 0; woken < count; woken++) {
      this.#line.wakeOne();
    }
  }

  #releaseOwn(number: number): void {
    if (!this.#acquisitions.end(number)) return;
    if (this.#permits.giveOwn()) this.#line.wakeOne();
  }
}

class Guard implements LockGuard {
  static {
    refuseToSend(Guard, "a guard", "send what it guards");
    show(Guard, ({ abandoned }) => ({ abandoned }));
  }

  readonly abandoned: boolean;
  /** Not to be collected before its guards: its cell would be another's then. */
  readonly #semaphore: Semaphore;
  readonly #number: number;
  #released = false;

  constructor(semaphore: Semaphore, number: number, abandoned: boolean) {
    this.#semaphore = semaphore;
    this.#number = number;
    this.abandoned = abandoned;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    releaseOwn(this.#semaphore, this.#number);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
