import {
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
} from "../memory/mod.ts";
import { breathed } from "./breath.ts";
import { NAP_MS, type Patience } from "./patience.ts";
import {
  delist,
  enlist,
  forEachWaiter,
  hasWaiters,
  nextWaiter,
} from "./wait_list.ts";
import { timeoutError, type WaitOptions } from "./wait_options.ts";

/** What an attempt gives that could not be made yet. */
export const NOT_YET = Symbol("not yet");

/** Milliseconds after which whoever is parked looks again, whatever happens. */
export const TICK_MS = 400;
/** Times to park before the faster bell is worth loading. */
const PARKS_BEFORE_PIPE = 16;

/** What a timer can hold, 24 days; longer waits have no end. */
const LONGEST_TIMER = 0x7fff_ffff;
const ALL = 0x7fff_ffff;
/** Attempts between two looks at the clock while spinning. */
const LOOKS = 50;

/** One wait of this isolate. */
interface Waiter {
  /** @returns whether it is over */
  settle(): boolean;
}

/**
 * The one place where an isolate waits for changes in a memory.
 *
 * All its async waits share one sleep on its bell. A bit in the wait list stands
 * for all its waits there; they are served in order.
 */
export class Parking {
  readonly memory: Memory;
  /** Called on every tick, to look for the dead. */
  onTick: (() => void) | undefined;
  readonly #lists = new Map<number, Waiter[]>();
  readonly #park: number;
  #listening = false;
  #parks = 0;
  #pipe: "none" | "opening" | "open" = "none";
  #ticker: ReturnType<typeof setInterval> | undefined;
  #pumping = false;

  constructor(memory: Memory) {
    this.memory = memory;
    this.#park = participantAt(slotOf(memory.self)) + PARTICIPANT.PARK;
  }

  /** Whether earlier waits of this isolate are still queued on the list. */
  isQueued(list: number): boolean {
    return this.#lists.size !== 0 && this.#lists.has(list);
  }

  /** Wakes the next waiter of a list. */
  wakeOne(list: number): void {
    if (!hasWaiters(this.memory, list)) return;
    const slot = nextWaiter(this.memory, list);
    if (slot >= 0) this.#ring(slot);
  }

  /** Wakes all waiters of a list. */
  wakeAll(list: number): void {
    if (!hasWaiters(this.memory, list)) return;
    forEachWaiter(this.memory, list, (slot) => this.#ring(slot));
  }

  /** Rings every participant's bell, after something happened that may concern any wait. */
  wakeEverybody(): void {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (
        Atomics.load(
          this.memory.words,
          participantAt(slot) + PARTICIPANT.PARK,
        ) !== PARK.AWAKE
      ) this.#ring(slot);
    }
    this.pumpSoon();
  }

  #ring(slot: number): void {
    if (slot === slotOf(this.memory.self)) return this.pumpSoon();
    const { words } = this.memory;
    const at = participantAt(slot) + PARTICIPANT.PARK;
    for (;;) {
      const park = Atomics.load(words, at);
      if (park === PARK.AWAKE || park === PARK.RUNG) return;
      // Settles which of many ringers does the waking.
      if (Atomics.compareExchange(words, at, park, PARK.RUNG) !== park) {
        continue;
      }
      if (park === PARK.ON_WORD) this.memory.wake(at, ALL);
      else this.memory.doorbell?.ring(slot);
      return;
    }
  }

  /**
   * Waits until `attempt` gives something else than {@linkcode NOT_YET}. The
   * caller has made an attempt, in vain.
   *
   * @param doing what to say was attempted, as in "get from queue"
   */
  wait<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    patience: Patience,
    doing: string,
    wait: WaitOptions = {},
  ): Promise<T> {
    const { timeout = Infinity } = wait;
    if (timeout <= 0) return Promise.reject(timeoutError(doing, timeout));
    try {
      if (!this.isQueued(list)) {
        const early = this.#waitAwhile(list, attempt, patience, timeout);
        if (early !== NOT_YET) return Promise.resolve(early);
      }
      return this.#enqueue(list, attempt, patience, doing, wait);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread. */
  waitSync<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    patience: Patience,
    doing: string,
    wait: WaitOptions = {},
  ): T {
    const { timeout = Infinity, signal } = wait;
    const start = performance.now();
    // Earlier async waits on the list are served first.
    const inTurn = () => {
      if (this.isQueued(list)) {
        this.#pumpList(list);
        if (this.isQueued(list)) return NOT_YET;
      }
      signal?.throwIfAborted();
      return attempt();
    };
    if (timeout <= 0) throw timeoutError(doing, timeout);
    if (patience.isShort) {
      const early = spin(inTurn, patience.nextSpin());
      if (early !== NOT_YET) {
        patience.learn(performance.now() - start);
        return early;
      }
    }
    const result = this.#block(list, inTurn, start + timeout);
    patience.learn(performance.now() - start);
    if (result === NOT_YET) throw timeoutError(doing, timeout);
    return result;
  }

  /** Spins and naps while that is likely to be enough. */
  #waitAwhile<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    patience: Patience,
    timeout: number,
  ): T | typeof NOT_YET {
    if (!patience.isShort) return NOT_YET;
    const start = performance.now();
    let result = spin(attempt, patience.nextSpin());
    if (result === NOT_YET) {
      result = this.#block(list, attempt, start + Math.min(NAP_MS, timeout));
    }
    if (result !== NOT_YET) patience.learn(performance.now() - start);
    return result;
  }

  /** Blocks until an attempt succeeds or the deadline has passed. */
  #block<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    deadline: number,
  ): T | typeof NOT_YET {
    const { memory } = this;
    const { words } = memory;
    enlist(memory, list);
    let result: T | typeof NOT_YET = NOT_YET;
    let nextTick = performance.now() + TICK_MS;
    try {
      for (;;) {
        Atomics.store(words, this.#park, PARK.ON_WORD);
        result = attempt();
        if (result !== NOT_YET) return result;
        const now = performance.now();
        if (now >= deadline) return NOT_YET;
        if (now >= nextTick) {
          nextTick = now + TICK_MS;
          this.onTick?.();
        }
        memory.sleepSync(
          this.#park,
          PARK.ON_WORD,
          Math.min(deadline, nextTick) - now,
        );
      }
    } finally {
      if (!this.isQueued(list)) this.#leave(list, result === NOT_YET);
      if (this.#lists.size === 0) {
        Atomics.store(words, this.#park, PARK.AWAKE);
      } else {
        // Rings meanwhile were for the async waits, too.
        Atomics.store(words, this.#park, this.#asyncPark());
        this.pumpSoon();
      }
    }
  }

  #enqueue<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    patience: Patience,
    doing: string,
    { timeout, signal }: WaitOptions,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const start = performance.now();
    const cleanUp = () => {
      patience.learn(performance.now() - start);
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const waiter: Waiter = {
      settle() {
        try {
          const result = attempt();
          if (result === NOT_YET) return false;
          resolve(result);
        } catch (error) {
          reject(error);
        }
        cleanUp();
        return true;
      },
    };
    const giveUp = (reason: unknown) => {
      cleanUp();
      this.#remove(list, waiter);
      reject(reason);
    };
    const abort = () => giveUp(signal!.reason);
    const timer = timeout === undefined || timeout > LONGEST_TIMER
      ? undefined
      : setTimeout(() => giveUp(timeoutError(doing, timeout)), timeout);
    signal?.addEventListener("abort", abort);
    const waiters = this.#lists.get(list);
    if (waiters !== undefined) {
      waiters.push(waiter);
    } else {
      this.#lists.set(list, [waiter]);
      enlist(this.memory, list);
      this.#pumpList(list);
    }
    if (this.#lists.size !== 0) this.#listen();
    return promise;
  }

  #remove(list: number, waiter: Waiter): void {
    const waiters = this.#lists.get(list);
    const index = waiters?.indexOf(waiter) ?? -1;
    if (waiters === undefined || index < 0) return;
    waiters.splice(index, 1);
    if (waiters.length === 0) {
      this.#lists.delete(list);
      this.#leave(list, true);
    }
    this.#restIfDone();
  }

  /** Leaves a list; if in vain, a ring that was meant for us goes to the next. */
  #leave(list: number, inVain: boolean): void {
    delist(this.memory, list, slotOf(this.memory.self));
    if (inVain) this.wakeOne(list);
  }

  /** Lets all waits attempt again, at the end of the current job. */
  pumpSoon(): void {
    if (this.#pumping || this.#lists.size === 0) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const list of [...this.#lists.keys()]) this.#pumpList(list);
    this.#restIfDone();
  }

  #pumpList(list: number): void {
    const waiters = this.#lists.get(list);
    if (waiters === undefined) return;
    let done = 0;
    while (done < waiters.length && waiters[done].settle()) done++;
    if (done === 0) return;
    waiters.splice(0, done);
    if (waiters.length === 0) {
      this.#lists.delete(list);
      this.#leave(list, false);
    }
  }

  /** How this isolate sleeps while only its async waits do. */
  #asyncPark(): number {
    return this.#pipe === "open" ? PARK.ON_PIPE : PARK.ON_WORD;
  }

  /** Sees to it that rings are heard for as long as anything waits. */
  #listen(): void {
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
    if (this.#pipe !== "open" && !this.#listening) {
      this.#sleepOnWord();
      return;
    }
    const { words } = this.memory;
    if (
      Atomics.compareExchange(
        words,
        this.#park,
        PARK.AWAKE,
        this.#asyncPark(),
      ) === PARK.AWAKE
    ) this.pumpSoon();
  }

  async #sleepOnWord(): Promise<void> {
    this.#listening = true;
    while (this.#lists.size !== 0 && this.#pipe !== "open") {
      Atomics.store(this.memory.words, this.#park, PARK.ON_WORD);
      this.#pump();
      if (this.#lists.size === 0) break;
      if (++this.#parks === PARKS_BEFORE_PIPE) this.#openPipe();
      await this.memory.sleep(this.#park, PARK.ON_WORD, Infinity);
      breathed();
    }
    this.#listening = false;
  }

  async #openPipe(): Promise<void> {
    const { memory } = this;
    if (memory.doorbell === undefined || this.#pipe !== "none") return;
    this.#pipe = "opening";
    let end;
    try {
      end = await memory.doorbell.open(() => this.#rung());
    } catch {
      // The slower bell goes on doing.
      return;
    }
    const entry = participantAt(slotOf(memory.self));
    memory.words[entry + PARTICIPANT.PIPE] = end;
    this.#pipe = "open";
    const parked = this.#lists.size === 0 ? PARK.AWAKE : PARK.ON_PIPE;
    Atomics.store(memory.words, this.#park, parked);
    // Ends the sleep on the word.
    memory.wake(this.#park, ALL);
    this.pumpSoon();
  }

  #rung(): void {
    if (this.#lists.size === 0) return;
    breathed();
    Atomics.store(this.memory.words, this.#park, PARK.ON_PIPE);
    this.#pump();
  }

  #tick(): void {
    this.onTick?.();
    this.#pump();
  }

  #restIfDone(): void {
    if (this.#lists.size !== 0) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    Atomics.store(this.memory.words, this.#park, PARK.AWAKE);
    if (this.#listening && this.memory.sleepHoldsProgram) {
      this.memory.wake(this.#park, ALL);
    }
  }
}

/** Attempts again and again, for so many milliseconds. */
function spin<T>(
  attempt: () => T | typeof NOT_YET,
  ms: number,
): T | typeof NOT_YET {
  const end = performance.now() + ms;
  do {
    for (let look = 0; look < LOOKS; look++) {
      const result = attempt();
      if (result !== NOT_YET) return result;
    }
  } while (performance.now() < end);
  return NOT_YET;
}
