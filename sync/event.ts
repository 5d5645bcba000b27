import {
  ALWAYS,
  CELL_KIND,
  holdingFor,
  share,
} from "../_internal/handles/mod.ts";
import {
  CELL,
  cellAt,
  checkStopped,
  type Memory,
  widestMemory,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  makeWaitable,
  NOT_YET,
  type Readiness,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { Line } from "./_line.ts";

/*
 * | TURNS | means | next                                  |
 * | ----- | ----- | ------------------------------------- |
 * | even  | clear | + 1 by the first of those who set it   |
 * | odd   | set   | + 1 by the first of those who clear it |
 *
 * It never goes back, so who has seen it before knows that it has been set
 * meanwhile. Whoever sets it and dies before it wakes the waiters leaves them to
 * their next tick.
 */
const TURNS = CELL.BODY;
const WAITERS = CELL.BODY + 1;

/**
 * A flag that processes and threads set, clear, and wait for.
 *
 * Setting it lets everybody go who waits, whoever they are and in whatever form,
 * even if it is cleared at once; while it is set nobody has to wait. Setting what
 * is set, and clearing what is clear, does nothing. It belongs to nobody: what a
 * participant that dies has set stays set.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { Event } from "@parallel/multiprocessing/sync";
 * import { assert } from "@std/assert";
 *
 * const ready = new Event();
 * const waiting = ready.wait({ timeout: 1_000 });
 * ready.set();
 * await waiting;
 * assert(ready.isSet());
 * ```
 */
export class Event {
  static {
    makeWaitable(Event, (event) => event.#readiness);
    share(Event, {
      name: "Event",
      module: import.meta.url,
      kind: CELL_KIND.EVENT,
      holdingOf: (event) => event.#holding,
      shows: (event) => ({ set: event.isSet() }),
      create: () => new Event(),
      atHub: {
        make: () => new Event(),
        methods: {
          ready: {},
          isSet: { sync: true },
          set: { post: ALWAYS },
          clear: { post: ALWAYS },
          wait: { wait: 0 },
          waitSync: { as: "wait", wait: 0, sync: true },
        },
      },
    });
  }

  readonly #holding = holdingFor(CELL_KIND.EVENT, widestMemory);
  readonly #memory: Memory = this.#holding.memory;
  readonly #at = cellAt(this.#holding.cell);
  readonly #line = new Line(
    this.#memory,
    this.#at + WAITERS,
    "wait for event",
  );

  /** Creates an event that is clear. */
  constructor() {
    this.#holding.bind(this);
  }

  /** Whether it is set at the moment. */
  isSet(): boolean {
    return isOdd(this.#turns);
  }

  /** Sets it, and lets everybody go who waits for it. */
  set(): void {
    if (this.#turn("clear")) this.#line.wakeAll();
  }

  /** Clears it: who waits from now on waits until it is set again. */
  clear(): void {
    this.#turn("set");
  }

  /**
   * Waits until it is set. Who waits when it is set goes on, even if it is clear
   * again by then.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it is not set in time
   * @throws the signal's reason if it is aborted
   */
  async wait(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    const turns = this.#turns;
    if (!isOdd(turns)) {
      await this.#line.wait(() => this.#hasTurned(turns), wait);
    }
    if (isBreathless()) await breathe();
  }

  /**
   * The same, blocking the thread.
   *
   * @param wait how long at most, in milliseconds
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it is not set in time
   */
  waitSync(wait?: WaitOptions): void {
    checkWait(wait);
    const turns = this.#turns;
    if (isOdd(turns)) return;
    this.#line.waitSync(() => this.#hasTurned(turns), wait);
  }

  /** Says that it is set, or has been since it was asked for this. */
  get #readiness(): Readiness {
    const turns = this.#turns;
    return {
      isReady: () => isOdd(turns) || this.#turns !== turns,
      place: this.#line.place,
    };
  }

  get #turns(): number {
    return Atomics.load(this.#memory.words, this.#at + TURNS);
  }

  #hasTurned(since: number): true | typeof NOT_YET {
    return this.#turns === since ? NOT_YET : true;
  }

  /** @returns whether it was as `from` says, and this call has changed it */
  #turn(from: "clear" | "set"): boolean {
    checkStopped(this.#memory);
    const turns = this.#turns;
    if (isOdd(turns) !== (from === "set")) return false;
    // Settles who of many sets or clears it. The others need not: it was as they
    // want it to be at a moment after they were called.
    return Atomics.compareExchange(
      this.#memory.words,
      this.#at + TURNS,
      turns,
      turns + 1 | 0,
    ) === turns;
  }
}

function isOdd(turns: number): boolean {
  return (turns & 1) !== 0;
}
