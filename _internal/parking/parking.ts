import {
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
} from "../memory/mod.ts";
import { Bell } from "./bell.ts";
import { NAP_MS, type Patience } from "./patience.ts";
import { NOT_YET, spin } from "./spin.ts";
import { Ticker } from "./ticker.ts";
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
const TICK_MS = 950;
/** The same for who blocks, to whom it costs less. */
const BLOCKED_TICK_MS = 500;

/** What a timer can hold, 24 days; longer waits have no end. */
const LONGEST_TIMER = 0x7fff_ffff;
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
  readonly #bell: Bell;
  readonly #ticker = new Ticker(() => this.#tick(), TICK_MS);
  /** The list of the blocking wait that is going on, or 0. */
  #blockedOn = 0;
  #pumping = false;

  constructor(memory: Memory) {
    this.memory = memory;
    const lists = this.#lists;
    this.#bell = new Bell(memory, {
      get isWaiting() {
        return lists.size !== 0;
      },
      look: () => this.#pump(),
      lookSoon: () => this.pumpSoon(),
      passOn: (list) => this.#leave(list, true),
    });
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

  /** Wakes one certain participant, by its slot, to look at all it waits for. */
  wake(slot: number): void {
    this.#ring(slot, 0);
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

  #ring(slot: number, list: number): boolean {
    if (slot !== slotOf(this.memory.self)) return this.#bell.ring(slot, list);
    this.pumpSoon();
    return true;
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
      const early = spin(inTurn, patience, this.#bell.tookPipeRing());
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
    const early = spin(attempt, patience, this.#bell.tookPipeRing());
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
   * @param long whether it is likely to last
   */
  #block<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    deadline: number,
    long: boolean,
  ): T | typeof NOT_YET {
    const outer = this.#blockedOn;
    this.#blockedOn = list;
    enlist(this.memory, list);
    const bed = this.#bell.bed(long);
    let result: T | typeof NOT_YET = NOT_YET;
    let nextTick = performance.now() + BLOCKED_TICK_MS;
    try {
      for (;;) {
        bed.lieDown();
        result = attempt();
        if (result !== NOT_YET) return result;
        const now = performance.now();
        if (now >= deadline) return NOT_YET;
        if (now >= nextTick) {
          nextTick = now + BLOCKED_TICK_MS;
          this.onTick?.();
          enlist(this.memory, list);
          continue;
        }
        bed.sleep(Math.min(deadline, nextTick) - now);
        disturbed?.();
      }
    } finally {
      this.#blockedOn = outer;
      this.#leave(list, result === NOT_YET);
      this.#bell.getUp();
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
    if (this.#lists.size !== 0) {
      this.#ticker.start();
      this.#bell.listen();
    }
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
    if (inVain || this.#bell.isRung) {
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

  #tick(): void {
    this.onTick?.();
    for (const list of this.#lists.keys()) enlist(this.memory, list);
    this.#bell.listenAgain();
    this.#pump();
  }

  #restIfDone(): void {
    if (this.#lists.size !== 0) return;
    this.#ticker.stop();
    this.#bell.rest();
  }
}
