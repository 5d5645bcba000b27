import {
  CELL_KIND,
  holdingFor,
  refuseToSend,
  share,
  show,
} from "../_internal/handles/mod.ts";
import { cellAt, widestMemory } from "../_internal/memory/mod.ts";
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
import { taking, takingSync, TRYING } from "./_relayed.ts";
import {
  type Next,
  Turns,
  WAITING_READERS,
  WAITING_WRITERS,
} from "./_turns.ts";

/** Ends a read or a write, for its guard. */
let releaseOwn: (lock: RWLock, kind: Kind) => void;

type Kind = "read" | "write";

/**
 * A lock for many readers at a time, or one writer, in processes and threads.
 *
 * Readers and writers take turns where both wait: a waiting writer keeps new
 * readers out, and when it leaves, the readers that have waited meanwhile go
 * before the next writer. So neither waits for more than one turn of the others.
 * Whoever does not come within 100 ms of its turn, as its thread is busy, is
 * passed by those who come then, and within six seconds by those who wait. Among
 * writers it is not fair: who comes while it is free gets it; waiters of one
 * process are served in order.
 *
 * It is not reentrant and not upgradable: who writes and asks to read or to write,
 * and who reads and asks to write, waits for itself. Who reads may read again, but
 * with a writer waiting in between would wait for that, so for itself.
 *
 * When a reader dies, its read ends. When a writer dies, what it wrote may be
 * half-changed: within a second the next get the lock, and all guards say
 * `abandoned` up to that of the next writer.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { RWLock } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new RWLock();
 * {
 *   using _one = await lock.read();
 *   using _other = await lock.read();
 *   assertEquals(lock.tryWrite(), undefined);
 * }
 * using _guard = await lock.write();
 * assertEquals(lock.tryRead(), undefined);
 * ```
 */
export class RWLock {
  static {
    share(RWLock, {
      name: "RWLock",
      module: import.meta.url,
      kind: CELL_KIND.RW_LOCK,
      holdingOf: (lock) => lock.#holding,
      shows: (lock) => lock.#turns.state,
      create: () => new RWLock(),
      atHub: {
        make: () => new RWLock(),
        methods: {
          read: taking("tryRead"),
          tryRead: TRYING,
          readSync: takingSync("read", "tryRead"),
          write: taking("tryWrite"),
          tryWrite: TRYING,
          writeSync: takingSync("write", "tryWrite"),
        },
      },
    });
    releaseOwn = (lock, kind) => lock.#release(kind);
  }

  readonly #holding = holdingFor(CELL_KIND.RW_LOCK, widestMemory);
  readonly #turns = new Turns(this.#holding.memory, this.#holding.cell);
  readonly #readers = new Line(
    this.#holding.memory,
    cellAt(this.#holding.cell) + WAITING_READERS,
    "acquire lock for reading",
    Patience.forHeld(),
  );
  readonly #writers = new Line(
    this.#holding.memory,
    cellAt(this.#holding.cell) + WAITING_WRITERS,
    "acquire lock for writing",
    Patience.forHeld(),
  );

  /** Creates a free lock. */
  constructor() {
    this.#holding.bind(this);
  }

  /**
   * Waits until nobody writes, and no writer that waits is to go first; then begins
   * to read.
   *
   * @returns a guard that ends the read
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if that does not come in time
   * @throws the signal's reason if it is aborted
   */
  async read(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryRead() ?? await this.#wait("read", wait);
    if (isBreathless()) await breathe();
    return guard;
  }

  /**
   * Begins to read if nobody writes or waits to write, and nobody of this thread
   * waits to read.
   *
   * @returns a guard that ends the read, or `undefined`
   */
  tryRead(): LockGuard | undefined {
    return this.#readers.isQueued ? undefined : this.#read();
  }

  /**
   * Begins to read, blocking the thread until nobody writes and no writer that waits
   * is to go first.
   *
   * @returns a guard that ends the read
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if that does not come in time
   */
  readSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryRead() ?? this.#waitSync("read", wait);
  }

  /**
   * Waits until nobody reads or writes, and no readers that wait are to go first;
   * then begins to write.
   *
   * @returns a guard that ends the write
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if that does not come in time
   * @throws the signal's reason if it is aborted
   */
  async write(wait?: WaitOptions): Promise<LockGuard> {
    checkWait(wait);
    const guard = this.tryWrite() ?? await this.#wait("write", wait);
    if (isBreathless()) await breathe();
    return guard;
  }

  /**
   * Begins to write if nobody reads or writes, no readers that wait are to go first,
   * and nobody of this thread waits to write.
   *
   * @returns a guard that ends the write, or `undefined`
   */
  tryWrite(): LockGuard | undefined {
    return this.#writers.isQueued ? undefined : this.#write();
  }

  /**
   * Begins to write, blocking the thread until nobody reads or writes and no readers
   * that wait are to go first.
   *
   * If a task of this thread already waits for its turn to write by `await`, that has its turn first,
   * and cannot end while the thread is blocked: do not mix the two in a thread.
   *
   * @returns a guard that ends the write
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if that does not come in time
   */
  writeSync(wait?: WaitOptions): LockGuard {
    checkWait(wait);
    return this.tryWrite() ?? this.#waitSync("write", wait);
  }

  async #wait(kind: Kind, wait?: WaitOptions): Promise<LockGuard> {
    try {
      return await this.#lineOf(kind).wait(
        () => this.#take(kind) ?? NOT_YET,
        wait,
      );
    } catch (error) {
      // Others may have waited for the turn of this one.
      this.#wake(this.#turns.next());
      throw error;
    }
  }

  #waitSync(kind: Kind, wait?: WaitOptions): LockGuard {
    try {
      return this.#lineOf(kind).waitSync(
        () => this.#take(kind) ?? NOT_YET,
        wait,
      );
    } catch (error) {
      this.#wake(this.#turns.next());
      throw error;
    }
  }

  #take(kind: Kind): LockGuard | undefined {
    return kind === "read" ? this.#read() : this.#write();
  }

  #read(): LockGuard | undefined {
    const taken = this.#turns.read();
    return taken === "none"
      ? undefined
      : new Guard(this, "read", taken === "abandoned");
  }

  #write(): LockGuard | undefined {
    const taken = this.#turns.write();
    return taken === "none"
      ? undefined
      : new Guard(this, "write", taken === "abandoned");
  }

  #release(kind: Kind): void {
    const turns = this.#turns;
    const next = kind === "read" ? turns.endRead() : turns.endWrite();
    if (next !== "nobody") this.#wake(next);
  }

  #wake(next: Next): void {
    if (next === "writer") this.#writers.wakeOne();
    else if (next === "readers") this.#readers.wakeAll();
  }

  #lineOf(kind: Kind): Line {
    return kind === "read" ? this.#readers : this.#writers;
  }
}

class Guard implements LockGuard {
  static {
    refuseToSend(Guard, "a guard", "send what it guards");
    show(Guard, ({ abandoned }) => ({ abandoned }));
  }

  readonly abandoned: boolean;
  /** Not to be collected before its guards: its cell would be another's then. */
  readonly #lock: RWLock;
  readonly #kind: Kind;
  #released = false;

  constructor(lock: RWLock, kind: Kind, abandoned: boolean) {
    this.#lock = lock;
    this.#kind = kind;
    this.abandoned = abandoned;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    releaseOwn(this.#lock, this.#kind);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
