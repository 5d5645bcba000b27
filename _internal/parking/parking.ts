import {
  cellOf,
  checkStopped,
  isOursAlone,
  type Memory,
  slotOf,
} from "../memory/mod.ts";
import { Bell } from "./bell.ts";
import { LoggedWait } from "./logged_wait.ts";
import { noteBlocked } from "./long_block.ts";
import { leaveNeighbours } from "./neighbours.ts";
import { NAP_MS, type Patience } from "./patience.ts";
import { NOT_YET, spin } from "./spin.ts";
import { Ticker } from "./ticker.ts";
import { delist, enlist } from "./wait_list.ts";
import { timeoutError, type WaitOptions } from "./wait_options.ts";
import { Waiter } from "./waiter.ts";
import { WaiterLines } from "./waiter_lines.ts";
import { Waker } from "./waker.ts";
import { Watches } from "./watches.ts";

/** Milliseconds after which whoever blocks looks again, whatever happens. */
const BLOCKED_TICK_MS = 500;

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
  readonly #lines = new WaiterLines();
  readonly #watches = new Watches();
  readonly #bell: Bell;
  readonly #waker: Waker;
  readonly #ticker: Ticker;
  /** The list of the blocking wait that is going on, or 0. */
  #blockedOn = 0;
  #pumping = false;

  constructor(memory: Memory) {
    this.memory = memory;
    this.#ticker = new Ticker(memory, () => this.#tick());
    this.#bell = new Bell(memory, {
      isWaiting: () => this.#isWaiting,
      isAttending: () => !this.#watches.isEmpty,
      look: () => this.#pump(),
      lookSoon: () => this.pumpSoon(),
      passOn: (list) => this.#leave(list, true),
    });
    this.#waker = new Waker(memory, this.#bell, this);
  }

  /** Whether earlier waits of this isolate are still queued on the list. */
  isQueued(list: number): boolean {
    return this.#lines.size !== 0 && this.#lines.has(list);
  }

  /** Whether any wait of this isolate is on the list, also one that takes nothing. */
  isAwaited(list: number): boolean {
    return this.isQueued(list) || this.#watches.has(list);
  }

  /** Wakes the next waiter of a list. */
  wakeOne(list: number): void {
    this.#waker.wakeOne(list);
    if (this.#pumping) this.#lines.noteDoing(list);
  }

  /** Wakes all waiters of a list. */
  wakeAll(list: number): void {
    this.#waker.wakeAll(list);
    if (this.#pumping) this.#lines.noteDoing(list);
  }

  /** Wakes a participant as soon as this isolate wakes others, or waits. */
  wakeLater(slot: number): void {
    this.#waker.late.add(slot);
  }

  /** Wakes all participants, after a death that may concern any wait. */
  wakeEverybody(): void {
    this.#waker.wakeEverybody();
  }

  /** Has others look for those who were woken long ago, and have not looked. */
  passOverdue(): void {
    this.#waker.passOverdue();
  }

  /** Its participant has ended. */
  end(): void {
    leaveNeighbours(this);
    this.#lines.forgetAll();
    this.#watches.clear();
    this.#ticker.stop();
    this.#bell.rest();
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
      const early = spin(inTurn, patience, this.#bell.takePipeRing());
      if (early !== NOT_YET) return early;
    }
    const start = performance.now();
    let result = patience.isShort
      ? this.#block(list, inTurn, start + Math.min(NAP_MS, timeout))
      : NOT_YET;
    if (result === NOT_YET) {
      result = this.#block(list, inTurn, start + timeout, doing);
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
    if (!patience.isShort || isOursAlone(this.memory, cellOf(list))) {
      return NOT_YET;
    }
    const early = spin(attempt, patience, this.#bell.takePipeRing());
    if (early !== NOT_YET) return early;
    const start = performance.now();
    const deadline = start + Math.min(NAP_MS, timeout);
    const result = this.#block(list, attempt, deadline);
    if (result !== NOT_YET) patience.learn(performance.now() - start);
    return result;
  }

  /**
   * Blocks until an attempt succeeds or the deadline has passed.
   *
   * @param list what to be woken by; 0 for what is watched only
   * @param doing what it is for, if it is likely to last
   */
  #block<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    deadline: number,
    doing?: string,
  ): T | typeof NOT_YET {
    this.#waker.late.flush();
    const outer = this.#blockedOn;
    this.#blockOn(list);
    if (list !== 0) enlist(this.memory, list);
    const bed = this.#bell.bed(doing !== undefined);
    const logged = LoggedWait.begin(doing);
    let result: T | typeof NOT_YET = NOT_YET;
    const start = performance.now();
    let nextTick = start + BLOCKED_TICK_MS;
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
          logged?.note();
          if (doing !== undefined) noteBlocked(doing, start);
          this.#enlistAgain();
          continue;
        }
        const { unanswered } = this.#waker;
        bed.sleep(Math.min(deadline - now, nextTick - now, unanswered.pause));
        unanswered.ask();
        checkStopped(this.memory);
      }
    } finally {
      logged?.end(result === NOT_YET);
      this.#blockOn(outer);
      if (list !== 0) this.#leave(list, result === NOT_YET);
      this.#bell.getUp();
    }
  }

  /**
   * Only a list can be served from now on, or all if it is 0. What we have been rung for,
   * and have not looked for, goes to others.
   */
  #blockOn(list: number): void {
    this.#blockedOn = list;
    this.#bell.serveOnly(list);
    if (list === 0 || !this.#pumping && !this.#bell.isRung) return;
    for (const each of [...this.#lines.lists, ...this.#watches.lists]) {
      if (each !== list) this.#waker.wakeOne(each);
    }
  }

  /** Whether what is on a list can be taken by waits of this isolate. */
  serves(list: number): boolean {
    return this.isQueued(list) &&
      (this.#blockedOn === 0 || this.#blockedOn === list);
  }

  /**
   * Calls `look` soon, as there may have been a wake before we were listed, whenever
   * a list is woken, and on every tick. It takes nothing: wakes are passed on.
   *
   * @returns what to call, once, to end that
   */
  watch(lists: readonly number[], look: () => void): () => void {
    const stop = this.#watch(lists, look);
    this.#stayAwake();
    this.pumpSoon();
    return () => {
      stop();
      this.#restIfDone();
    };
  }

  /** Does as {@linkcode watch}, but the program may end meanwhile. */
  attend(lists: readonly number[], look: () => void): () => void {
    this.#watches.attend(look);
    return this.watch(lists, look);
  }

  /** Blocks until a look at what such lists tell of is not in vain, or `ms` are over. */
  watchSync(lists: readonly number[], look: () => boolean, ms: number): void {
    const stop = this.#watch(lists, () => {});
    try {
      const deadline = performance.now() + ms;
      const doing = ms > NAP_MS ? "go on with one of many" : undefined;
      this.#block(0, () => look() || NOT_YET, deadline, doing);
    } finally {
      stop();
      this.#restIfDone();
    }
  }

  #watch(lists: readonly number[], look: () => void): () => void {
    this.#watches.add(lists, look);
    for (const list of lists) enlist(this.memory, list);
    return () => {
      this.#watches.remove(lists, look);
      for (const list of lists) this.#leave(list, true);
    };
  }

  #enqueue<T>(
    list: number,
    attempt: () => T | typeof NOT_YET,
    patience: Patience,
    doing: string,
    wait: WaitOptions,
  ): Promise<T> {
    const start = performance.now();
    const waiter = new Waiter(attempt, doing, wait, (gaveUp) => {
      // To block for what this isolate does itself is in vain, however soon that comes.
      const isVain = !gaveUp && this.#lines.isOwnDoing(list);
      patience.learn(isVain ? Infinity : performance.now() - start);
      if (gaveUp) this.#remove(list, waiter as Waiter<unknown>);
    });
    if (this.#lines.add(list, waiter as Waiter<unknown>)) {
      enlist(this.memory, list);
      this.#pumpList(list);
    }
    if (this.#isWaiting) this.#stayAwake();
    return waiter.promise;
  }

  #remove(list: number, waiter: Waiter<unknown>): void {
    const left = this.#lines.remove(list, waiter);
    if (left === undefined) return;
    if (left === "none") this.#leave(list, true);
    this.#restIfDone();
  }

  /** Leaves a list, if no other wait of ours is on it. */
  #leave(list: number, inVain: boolean): void {
    if (list === this.#blockedOn || this.isAwaited(list)) return;
    const { memory } = this;
    if (delist(memory, list, slotOf(memory.self))) this.#waker.wakeAll(list);
    // A ring that was meant for us, or came after we looked, goes to the next. One
    // that comes after this is noticed by the ringer, who sees that we have left.
    if (inVain || this.#bell.isRung) this.#waker.wakeOne(list);
  }

  /** Lets the waits on a list attempt again, at once. */
  pump(list: number): void {
    this.#pumpList(list);
    if (this.#watches.has(list)) this.#watches.look();
    this.#restIfDone();
  }

  /** Lets all waits attempt again, at the end of the current job. */
  pumpSoon(): void {
    if (this.#pumping || !this.#isWaiting && this.#watches.isEmpty) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      try {
        this.#pump();
      } finally {
        this.#lines.forgetDoings();
      }
    });
  }

  #pump(): void {
    for (const list of [...this.#lines.lists]) this.#pumpList(list);
    this.#watches.look();
    this.#restIfDone();
  }

  #pumpList(list: number): void {
    const last = this.#lines.settle(list);
    if (last !== undefined) this.#leave(list, last.failed);
  }

  #tick(): void {
    this.onTick?.();
    this.#enlistAgain();
    this.#bell.listenAgain();
    this.#pump();
  }

  /** Mends what a death or a slot's next owner may have spoiled. */
  #enlistAgain(): void {
    if (this.#blockedOn !== 0) enlist(this.memory, this.#blockedOn);
    for (const list of this.#lines.lists) enlist(this.memory, list);
    for (const list of this.#watches.lists) enlist(this.memory, list);
  }

  get #isWaiting(): boolean {
    return this.#lines.size !== 0 || this.#watches.isHolding;
  }

  /** Sees to it that rings are heard. */
  #stayAwake(): void {
    if (this.#isWaiting) this.#ticker.start();
    else this.#ticker.attend();
    this.#bell.listen();
  }

  #restIfDone(): void {
    if (this.#isWaiting) return;
    this.#ticker.stop();
    this.#bell.rest();
    if (!this.#watches.isEmpty) this.#stayAwake();
  }
}
