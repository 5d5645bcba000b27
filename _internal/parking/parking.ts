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
import { NOT_YET, spin } from "./spin.ts";
import {
  delist,
  enlist,
  forEachWaiter,
  hasWaiters,
  isListed,
  nextWaiter,
} from "./wait_list.ts";
import { timeoutError, type WaitOptions } from "./wait_options.ts";

/** Milliseconds after which whoever is parked looks again, whatever happens. */
export const TICK_MS = 800;
/** Times to park before the faster bell is worth loading. */
const PARKS_BEFORE_PIPE = 16;

/** What a timer can hold, 24 days; longer waits have no end. */
const LONGEST_TIMER = 0x7fff_ffff;
const ALL = 0x7fff_ffff;
let disturbed: (() => void) | undefined;

/**
 * Sets what to call whenever a blocking sleep is over, for any reason: a blocked
 * thread cannot hear of signals by its event loop.
 */
export function onDisturbed(callback: () => void): void {
  disturbed = callback;
}

/** One wait of this isolate. */
interface Waiter {
  /** Whether it ended by an error, so took nothing. */
  failed: boolean;
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
  readonly #rungFor: number;
  /** The list of the blocking wait that is going on, or 0. */
  #blockedOn = 0;
  #listening = false;
  /** Whether we have rung a pipe since our last wait. */
  #rang = false;
  #parks = 0;
  #pipe: "none" | "opening" | "open" = "none";
  #ticker: ReturnType<typeof setInterval> | undefined;
  #holdsProgram = false;
  #pumping = false;

  constructor(memory: Memory) {
    this.memory = memory;
    const entry = participantAt(slotOf(memory.self));
    this.#park = entry + PARTICIPANT.PARK;
    this.#rungFor = entry + PARTICIPANT.RUNG_FOR;
  }

  /** Whether earlier waits of this isolate are still queued on the list. */
  isQueued(list: number): boolean {
    return this.#lists.size !== 0 && this.#lists.has(list);
  }

  /** Wakes the next waiter of a list. */
  wakeOne(list: number): void {
    const { memory } = this;
    if (!hasWaiters(memory, list)) return;
    const self = slotOf(memory.self);
    let first = -1;
    for (let hops = 0; hops < SLOT_COUNT; hops++) {
      const slot = nextWaiter(memory, list);
      if (slot < 0 || slot === first) return;
      if (first < 0) first = slot;
      if (slot === self) {
        if (this.isQueued(list)) return this.pumpSoon();
        // A blocking wait of ours that is just ending: others come first.
      } else if (
        this.#ring(slot, list) &&
        // One that left meanwhile may not have seen the ring, see `#leave`.
        isListed(memory, list, slot)
      ) return;
    }
  }

  /** Wakes all waiters of a list. */
  wakeAll(list: number): void {
    if (!hasWaiters(this.memory, list)) return;
    forEachWaiter(this.memory, list, (slot) => this.#ring(slot, 0));
  }

  /** Rings every participant's bell, after something happened that may concern any wait. */
  wakeEverybody(): void {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (
        Atomics.load(
          this.memory.words,
          participantAt(slot) + PARTICIPANT.PARK,
        ) !== PARK.AWAKE
      ) this.#ring(slot, 0);
    }
    this.pumpSoon();
  }

  /** @returns whether its owner has been woken and has not looked yet */
  #ring(slot: number, list: number): boolean {
    if (slot === slotOf(this.memory.self)) {
      this.pumpSoon();
      return true;
    }
    const { words } = this.memory;
    const entry = participantAt(slot);
    const at = entry + PARTICIPANT.PARK;
    for (;;) {
      const park = Atomics.load(words, at);
      if (park === PARK.AWAKE) return false;
      if (park === PARK.RUNG) return true;
      if (list !== 0) words[entry + PARTICIPANT.RUNG_FOR] = list;
      // Settles which of many ringers does the waking.
      if (Atomics.compareExchange(words, at, park, PARK.RUNG) !== park) {
        continue;
      }
      if (park === PARK.ON_WORD) {
        this.memory.wake(at, ALL);
      } else {
        this.memory.doorbell?.ring(slot);
        this.#rang = true;
      }
      return true;
    }
  }

  /** Whether we have rung a pipe since the last time that this was asked. */
  #tookRang(): boolean {
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }

  /** Passes on a ring for a list that we do not wait on: our slot's last owner did. */
  #checkRing(): void {
    const { words } = this.memory;
    const list = words[this.#rungFor];
    if (list === 0) return;
    words[this.#rungFor] = 0;
    this.#leave(list, true);
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
      const early = spin(inTurn, patience, this.#tookRang());
      if (early !== NOT_YET) return early;
    }
    const start = performance.now();
    let result = patience.isShort
      ? this.#block(list, inTurn, start + Math.min(NAP_MS, timeout), false)
      : NOT_YET;
    if (result === NOT_YET) {
      result = this.#block(list, inTurn, start + timeout, true);
    }
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
    const early = spin(attempt, patience, this.#tookRang());
    if (early !== NOT_YET) return early;
    const start = performance.now();
    const result = this.#block(
      list,
      attempt,
      start + Math.min(NAP_MS, timeout),
      false,
    );
    if (result !== NOT_YET) patience.learn(performance.now() - start);
    return result;
  }

  /**
   * Blocks until an attempt succeeds or the deadline has passed.
   *
   * @param long whether to sleep on the pipe: its reader runs at once, where the
   *   writer was, which suits a sleeper that has grown cold. One that sleeps on
   *   the word wakes on a processor of its own, where it can go on spinning.
   */
  #block<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    deadline: number,
    long: boolean,
  ): T | typeof NOT_YET {
    const { memory } = this;
    const { words } = memory;
    const outer = this.#blockedOn;
    this.#blockedOn = list;
    enlist(memory, list);
    const bell = long && memory.doorbell?.prepare()
      ? memory.doorbell
      : undefined;
    const parked = bell === undefined ? PARK.ON_WORD : PARK.ON_PIPE;
    let result: T | typeof NOT_YET = NOT_YET;
    let nextTick = performance.now() + TICK_MS;
    try {
      for (;;) {
        Atomics.store(words, this.#park, parked);
        result = attempt();
        if (result !== NOT_YET) return result;
        const now = performance.now();
        if (now >= deadline) return NOT_YET;
        if (now >= nextTick) {
          nextTick = now + TICK_MS;
          this.onTick?.();
          enlist(memory, list);
          continue;
        }
        const ms = Math.min(deadline, nextTick) - now;
        if (bell === undefined) memory.sleepSync(this.#park, parked, ms);
        else bell.sleepSync(ms);
        this.#checkRing();
        disturbed?.();
      }
    } finally {
      this.#blockedOn = outer;
      this.#leave(list, result === NOT_YET);
      if (this.#lists.size === 0) {
        this.#restIfDone();
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
      failed: false,
      settle() {
        try {
          const result = attempt();
          if (result === NOT_YET) return false;
          resolve(result);
        } catch (error) {
          this.failed = true;
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

  /** Leaves a list, if no other wait of ours is on it. */
  #leave(list: number, inVain: boolean): void {
    if (list === this.#blockedOn || this.isQueued(list)) return;
    const { memory } = this;
    if (delist(memory, list, slotOf(memory.self))) this.wakeAll(list);
    // A ring that was meant for us, or came after we looked, goes to the next. One
    // that comes after this is noticed by the ringer, who sees that we have left.
    if (inVain || Atomics.load(memory.words, this.#park) === PARK.RUNG) {
      this.wakeOne(list);
    }
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
    const { failed } = waiters[done - 1];
    waiters.splice(0, done);
    if (waiters.length === 0) {
      this.#lists.delete(list);
      this.#leave(list, failed);
    }
  }

  /** How this isolate sleeps while only its async waits do. */
  #asyncPark(): number {
    return this.#pipe === "open" ? PARK.ON_PIPE : PARK.ON_WORD;
  }

  /** Sees to it that rings are heard for as long as anything waits. */
  #listen(): void {
    this.#startTicking();
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
      await this.memory.sleep(this.#park, PARK.ON_WORD);
      this.#checkRing();
      breathed();
    }
    this.#listening = false;
  }

  async #openPipe(): Promise<void> {
    const { memory } = this;
    if (memory.doorbell === undefined || this.#pipe !== "none") return;
    this.#pipe = "opening";
    if (!memory.doorbell.prepare()) return;
    await memory.doorbell.listen(() => this.#rung());
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
    this.#checkRing();
    Atomics.store(this.memory.words, this.#park, PARK.ON_PIPE);
    this.#pump();
  }

  /** Ticks, and keeps the program alive, as long as anything waits. */
  #startTicking(): void {
    if (this.#ticker === undefined) {
      this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    } else if (!this.#holdsProgram) {
      Deno.refTimer(this.#ticker);
    }
    this.#holdsProgram = true;
  }

  /** The next wait will come soon, as a rule: the timer stays for another tick. */
  #letProgramEnd(): void {
    if (this.#ticker !== undefined && this.#holdsProgram) {
      Deno.unrefTimer(this.#ticker);
    }
    this.#holdsProgram = false;
  }

  #tick(): void {
    if (this.#lists.size === 0) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
      return;
    }
    this.onTick?.();
    const { memory } = this;
    for (const list of this.#lists.keys()) enlist(memory, list);
    // A ringer that died before it woke us has left us rung: others must ring again.
    Atomics.store(memory.words, this.#park, this.#asyncPark());
    this.#pump();
  }

  #restIfDone(): void {
    if (this.#lists.size !== 0) return;
    this.#letProgramEnd();
    Atomics.store(this.memory.words, this.#park, PARK.AWAKE);
    if (this.#listening && this.memory.sleepHoldsProgram) {
      this.memory.wake(this.#park, ALL);
    }
  }
}
