import {
  announceEnd,
  type AskCaller,
  askCaller,
  CELL_KIND,
  holdingFor,
  isArriving,
  share,
} from "../_internal/handles/mod.ts";
import {
  describeRemote,
  type RemoteFunction,
} from "../_internal/launch/mod.ts";
import {
  cellAt,
  type Memory,
  noteBlocks,
  tagOfCell,
  widestMemory,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  checkWait,
  isBreathless,
  NOT_YET,
  timeoutError,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { LocalAction, readAction, writeAction } from "./_barrier_action.ts";
import {
  checkBarrier,
  timeoutFromWords,
  timeoutToWords,
} from "./_barrier_options.ts";
import { REASONS } from "./_barrier_reasons.ts";
import {
  barrierMethods,
  describedAction,
  makeDescribed,
} from "./_relayed_barrier.ts";
import { AFTER_ROUNDS, type Arrival, Rounds } from "./_rounds.ts";
import { BrokenBarrierError } from "./broken_barrier_error.ts";

/** The timeout of all waits, a float in two words; the others are those of `Rounds`. */
const TIMEOUT = AFTER_ROUNDS;
/** Block (its unit + 1) that describes the action; 0 for none. */
const ACTION = AFTER_ROUNDS + 2;

const DOING = "wait at barrier";

/** How to make a barrier. */
export interface BarrierOptions {
  /**
   * What one of the parties does when all are there, before any goes on. It runs in
   * the party that comes last, whichever process or thread that is, so it is found
   * there as the target of a process is: an exported function, or one that uses
   * only globals. Where the barrier was made any function does. Default: nothing.
   */
  action?: (() => unknown) | undefined;
  /** Milliseconds after which a wait that says nothing else is over. Default: never. */
  timeout?: number | undefined;
}

/** What is left to wait, for one who waits in two steps. */
interface Deadline {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly end: number;
}

/**
 * A place where so many parties, in any processes and threads, wait for each other,
 * again and again.
 *
 * Each party gets an index of its own, from 0 to one less than there are parties;
 * the one that comes last gets the highest as a rule. A party may come to the next
 * round before the others have left this one. Each pending wait is a party: a
 * thread may be several.
 *
 * A barrier breaks when a wait times out, when its action fails, on
 * {@linkcode abort}, and when a party dies. Then all who wait, and all who come
 * until a {@linkcode reset}, get a {@linkcode BrokenBarrierError}.
 *
 * A party that dies is: one that ends in any way while it waits; and any process
 * or thread that has the barrier, its creator too, and is killed, terminated, or
 * ends with another exit code than 0, wherever it is. The others are told within a
 * second. One that has done its rounds and ends well breaks nothing.
 *
 * Among threads it needs no permission. To reach other processes it needs
 * `--allow-ffi`, on Linux, or else `--allow-net=127.0.0.1`, and `--allow-read` if
 * this library is in local files: then it stays in one process, and others ask for
 * it.
 *
 * @example
 * ```ts
 * import { Barrier } from "@parallel/multiprocessing/sync";
 * import { assertEquals } from "@std/assert";
 *
 * const barrier = new Barrier(3);
 * const indices = await Promise.all([
 *   barrier.wait(),
 *   barrier.wait(),
 *   barrier.wait(),
 * ]);
 * assertEquals(indices.sort(), [0, 1, 2]);
 * ```
 */
export class Barrier {
  static {
    share(Barrier, {
      name: "Barrier",
      module: import.meta.url,
      kind: CELL_KIND.BARRIER,
      holdingOf: (barrier) => barrier.#holding,
      shows: ({ parties, waiting, broken }) => ({
        parties,
        waiting,
        broken,
      }),
      create: () => new Barrier(1),
      atHub: {
        make: (parties: number, timeout: number, action?: RemoteFunction) =>
          makeDescribed(action, () => new Barrier(parties, { timeout })),
        methods: barrierMethods((barrier, what) =>
          (barrier as Barrier).#action ?? new LocalAction(what)
        ),
      },
    });
  }

  readonly #holding;
  readonly #memory: Memory;
  readonly #rounds: Rounds;
  readonly #action: LocalAction | undefined;
  readonly #timeout: number;
  /** Waits of this isolate that wait to arrive. Later ones arrive after them. */
  #entering = 0;

  /**
   * Creates a barrier at which nobody waits.
   *
   * @param parties how many make a round, a whole number from 1 to 2^31 - 1
   * @throws {RangeError} if `parties` is no whole number in that range
   * @throws {TypeError} if `parties` or the timeout is no number, the options are no
   *   object, or the action is no function
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    checkBarrier(parties, options);
    const { action, timeout = Infinity } = options;
    const isNew = !isArriving();
    this.#holding = holdingFor(CELL_KIND.BARRIER, widestMemory);
    const { memory, cell } = this.#holding;
    this.#memory = memory;
    this.#rounds = new Rounds(memory, cell, DOING);
    this.#holding.bind(this);
    announceEnd(memory);
    const remote = action === undefined
      ? describedAction()
      : describeRemote(action);
    this.#holding.madeOf([parties, timeout, remote]);
    if (this.#holding.isRelayed) {
      this.#timeout = timeout;
      if (action !== undefined) this.#action = new LocalAction(action);
      return;
    }
    const { words } = memory;
    const at = cellAt(cell);
    if (isNew) {
      this.#rounds.parties = parties;
      words.set(timeoutToWords(timeout), at + TIMEOUT);
      this.#timeout = timeout;
      if (remote === undefined) return;
      this.#action = new LocalAction(action ?? remote);
      noteBlocks(memory, cell);
      words[at + ACTION] = writeAction(memory, tagOfCell(cell), remote) + 1;
    } else {
      this.#timeout = timeoutFromWords(words.slice(at + TIMEOUT, at + ACTION));
      const unit = words[at + ACTION] - 1;
      if (unit < 0) return;
      this.#action = new LocalAction(readAction(memory, unit));
    }
  }

  /** How many parties make a round. */
  get parties(): number {
    return this.#rounds.parties;
  }

  /** How many wait at the moment; 0 if it is broken. */
  get waiting(): number {
    return this.#rounds.waiting;
  }

  /** Whether it is broken. */
  get broken(): boolean {
    return this.#rounds.isBroken;
  }

  /**
   * Waits until all parties are there.
   *
   * A wait that times out breaks the barrier, as in Python: the others would wait in
   * vain. One that is aborted leaves the round, as if it had not come; but if all are
   * there already and the action runs, it breaks the barrier, too. Whoever runs the
   * action does so to its end. One that has come while the action of the round before
   * still runs, and gives up before that is over, has not arrived and breaks nothing.
   *
   * @param wait how long to wait at most, in milliseconds, and what ends the wait.
   *   Default of the timeout: that of the barrier
   * @returns the index of the party, from 0; no other of the round has the same
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {BrokenBarrierError} if the barrier is broken, or is while it waits, or
   *   is reset
   * @throws {DOMException} `TimeoutError` if the others are not there in time
   * @throws the signal's reason if it is aborted
   * @throws what the action throws, if it runs here; others get a
   *   {@linkcode BrokenBarrierError}
   */
  async wait(wait?: WaitOptions): Promise<number> {
    checkWait(wait);
    const deadline = this.#deadline(wait);
    const elsewhere = askCaller();
    const arrival = this.#arrive() ?? await this.#arriveLater(deadline);
    const index = typeof arrival === "number"
      ? arrival
      : arrival.acts
      ? await this.#act(arrival, elsewhere)
      : await this.#stay(arrival, deadline);
    if (isBreathless()) await breathe();
    return index;
  }

  /**
   * The same, blocking the thread. If it comes last, the action must not give a
   * promise, and its module must be loaded here: it is if this thread runs a target
   * of that module.
   *
   * @param wait how long to wait at most, in milliseconds. Default: as for the barrier
   * @returns the index of the party, from 0
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {BrokenBarrierError} if the barrier is broken, or is while it waits, or
   *   is reset
   * @throws {DOMException} `TimeoutError` if the others are not there in time
   */
  waitSync(wait?: WaitOptions): number {
    checkWait(wait);
    const deadline = this.#deadline(wait);
    const arrival = this.#arrive() ?? this.#rounds.line.waitSync(
      () => this.#tryArrive(),
      deadline,
    );
    if (typeof arrival === "number") return arrival;
    if (arrival.acts) return this.#actSync(arrival);
    try {
      return this.#rounds.line.waitSync(
        () => this.#rounds.look(arrival),
        left(deadline),
      );
    } catch (error) {
      return this.#giveUp(arrival, error, deadline);
    }
  }

  /**
   * Ends the round: who waits gets a {@linkcode BrokenBarrierError}. Mends the
   * barrier if it is broken. Who has died by now, or been killed by its parent, does
   * not break it again. A party that is missing is missing from then on: make a new
   * barrier if there are fewer.
   */
  reset(): void {
    this.#rounds.reset();
  }

  /** Breaks the barrier, for who waits and who comes until a {@linkcode reset}. */
  abort(): void {
    this.#rounds.break(REASONS.ABORTED);
  }

  #deadline(wait: WaitOptions | undefined): Deadline {
    const timeout = wait?.timeout ?? this.#timeout;
    // The clock is for those whose time can be over.
    const end = timeout === Infinity ? Infinity : performance.now() + timeout;
    return { timeout, signal: wait?.signal, end };
  }

  /** Arrives, if that is possible at once and nobody of this thread waits to. */
  #arrive(): Arrival | number | undefined {
    if (this.#entering > 0) return undefined;
    const arrival = this.#tryArrive();
    return arrival === NOT_YET ? undefined : arrival;
  }

  #tryArrive(): Arrival | number | typeof NOT_YET {
    return this.#rounds.arrive(this.#action !== undefined);
  }

  /** Arrives when the action of the round before has run. */
  async #arriveLater(deadline: Deadline): Promise<Arrival | number> {
    this.#entering++;
    try {
      return await this.#rounds.line.wait(
        () => this.#tryArrive(),
        deadline,
      );
    } finally {
      this.#entering--;
    }
  }

  /** Waits for the others. */
  async #stay(arrival: Arrival, deadline: Deadline): Promise<number> {
    try {
      deadline.signal?.throwIfAborted();
      const index = this.#rounds.look(arrival);
      if (index !== NOT_YET) return index;
      return await this.#rounds.line.wait(
        () => this.#rounds.look(arrival),
        left(deadline),
      );
    } catch (error) {
      return this.#giveUp(arrival, error, deadline);
    }
  }

  #giveUp(arrival: Arrival, error: unknown, deadline: Deadline): number {
    const { signal } = deadline;
    const isAborted = signal?.aborted === true;
    const isReason = isAborted && error === signal.reason;
    // Thrown by a look: it has left already.
    if (error instanceof BrokenBarrierError && !isReason) throw error;
    const index = this.#rounds.giveUp(arrival, isAborted ? 0 : REASONS.LATE);
    if (index !== undefined) return index;
    throw isAborted ? error : timeoutError(DOING, deadline.timeout);
  }

  async #act(
    arrival: Arrival,
    elsewhere: AskCaller | undefined,
  ): Promise<number> {
    const action = this.#action!;
    try {
      await (elsewhere?.(action.remote) ?? action.run());
    } catch (error) {
      this.#fail(arrival);
      throw error;
    }
    return this.#rounds.finish(arrival);
  }

  #actSync(arrival: Arrival): number {
    try {
      this.#action!.runSync();
    } catch (error) {
      this.#fail(arrival);
      throw error;
    }
    return this.#rounds.finish(arrival);
  }

  /** Breaks the barrier, as the action has failed. */
  #fail(arrival: Arrival): void {
    try {
      this.#rounds.giveUp(arrival, REASONS.FAILED);
    } catch {
      // It is broken already. Why the action has failed says more.
    }
  }
}

function left({ timeout, signal, end }: Deadline): WaitOptions {
  return timeout === Infinity
    ? { signal }
    : { timeout: end - performance.now(), signal };
}
