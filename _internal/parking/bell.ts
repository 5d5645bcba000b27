import {
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  slotOf,
} from "../memory/mod.ts";
import { breathed } from "./breath.ts";

/** Times to sleep on the word before the pipe is worth listening to. */
const SLEEPS_BEFORE_PIPE = 16;
const ALL = 0x7fff_ffff;

let disturbed: (() => void) | undefined;

/**
 * Sets what to call whenever a blocking sleep is over, for any reason: a blocked
 * thread cannot hear of signals by its event loop.
 */
export function onDisturbed(callback: () => void): void {
  disturbed = callback;
}

/** Whom a bell wakes. */
export interface Sleeper {
  /** Whether any async wait is left. */
  isWaiting(): boolean;
  /** Whether anybody wants to be told without keeping the program alive. */
  isAttending(): boolean;
  /** Lets all async waits attempt again. */
  look(): void;
  /** The same, at the end of the current job. */
  lookSoon(): void;
  /** Passes on a ring for a list that we do not wait on: our slot's last owner did. */
  passOn(list: number): void;
}

/**
 * The bell of this isolate, and how to ring those of others. The states of a bell
 * are those of `PARK`.
 */
export class Bell {
  readonly #memory: Memory;
  readonly #sleeper: Sleeper;
  readonly #park: number;
  readonly #rungFor: number;
  readonly #blockedOn: number;
  /** Whether an async sleep on the word is going on. */
  #sleeps = false;
  #sleepCount = 0;
  #pipe: "none" | "opening" | "open" = "none";
  #hasRungPipe = false;

  constructor(memory: Memory, sleeper: Sleeper) {
    this.#memory = memory;
    this.#sleeper = sleeper;
    const entry = participantAt(slotOf(memory.self));
    this.#park = entry + PARTICIPANT.PARK;
    this.#rungFor = entry + PARTICIPANT.RUNG_FOR;
    this.#blockedOn = entry + PARTICIPANT.BLOCKED_ON;
  }

  /**
   * Rings the bell of the participant in a slot.
   *
   * @param list what for; 0 for everything
   * @returns whether its owner has been woken, and is likely to look now
   */
  ring(slot: number, list: number): boolean {
    const { words } = this.#memory;
    const entry = participantAt(slot);
    const at = entry + PARTICIPANT.PARK;
    if (!this.#serves(entry, list)) return false;
    for (;;) {
      const park = Atomics.load(words, at);
      if (park === PARK.AWAKE || park === PARK.LATE) return false;
      if (park >= PARK.RUNG) return this.#serves(entry, list);
      if (list !== 0) words[entry + PARTICIPANT.RUNG_FOR] = list;
      // Settles which of many ringers does the waking.
      if (Atomics.compareExchange(words, at, park, PARK.RUNG) !== park) {
        continue;
      }
      if (park === PARK.ON_WORD) {
        this.#memory.wake(at, ALL);
      } else {
        this.#memory.doorbell?.ring(slot);
        this.#hasRungPipe = true;
      }
      // It may have begun to block meanwhile, and found its bell not rung.
      return this.#serves(entry, list);
    }
  }

  /** Whether the one of an entry can take what a list is rung for. */
  #serves(entry: number, list: number): boolean {
    const at = entry + PARTICIPANT.BLOCKED_ON;
    const only = Atomics.load(this.#memory.words, at);
    return only === 0 || only === list || list === 0;
  }

  /** Takes the one in a slot for late if it has been rung and has not looked; whether it has. */
  passOver(slot: number): boolean {
    const { words } = this.#memory;
    const at = participantAt(slot) + PARTICIPANT.PARK;
    for (;;) {
      const park = Atomics.load(words, at);
      if (park < PARK.RUNG) return false;
      if (park === PARK.LATE) return true;
      if (Atomics.compareExchange(words, at, park, PARK.LATE) === park) {
        return true;
      }
    }
  }

  /** Lets rings for other lists than one go to others; those for all if it is 0 do not. */
  serveOnly(list: number): void {
    Atomics.store(this.#memory.words, this.#blockedOn, list);
  }

  /** Whether we have rung a pipe since the last time that this was asked. */
  takePipeRing(): boolean {
    const has = this.#hasRungPipe;
    this.#hasRungPipe = false;
    return has;
  }

  /** Whether we have been rung and have not looked yet. */
  get isRung(): boolean {
    return Atomics.load(this.#memory.words, this.#park) >= PARK.RUNG;
  }

  /**
   * How to block on the bell: `lieDown` is to be called before each look, `sleep`
   * after it.
   *
   * @param long whether to sleep on the pipe: its reader runs at once, where the
   *   writer was, which suits a sleeper that has grown cold. One that sleeps on
   *   the word wakes on a processor of its own, where it can go on spinning.
   */
  bed(long: boolean): { lieDown(): void; sleep(ms: number): void } {
    const memory = this.#memory;
    const pipe = long && memory.doorbell?.prepare()
      ? memory.doorbell
      : undefined;
    const parked = pipe === undefined ? PARK.ON_WORD : PARK.ON_PIPE;
    return {
      lieDown: () => {
        Atomics.store(memory.words, this.#park, parked);
      },
      sleep: (ms) => {
        if (pipe === undefined) memory.sleepSync(this.#park, parked, ms);
        else pipe.sleepSync(ms);
        this.#checkRing();
        disturbed?.();
      },
    };
  }

  /** Ends a blocking sleep. Rings during it were for the async waits, too. */
  getUp(): void {
    if (!this.#sleeper.isWaiting()) {
      this.rest();
      if (!this.#sleeper.isAttending()) return;
    }
    this.listenAgain();
    this.#sleeper.lookSoon();
  }

  /** Sees to it that rings are heard while somebody waits or attends. */
  listen(): void {
    if (!this.#isHeard) {
      this.#openPipe();
      return;
    }
    if (this.#pipe !== "open" && !this.#sleeps) {
      this.#sleepOnWord();
      return;
    }
    const { words } = this.#memory;
    if (
      Atomics.compareExchange(
        words,
        this.#park,
        PARK.AWAKE,
        this.#asyncPark(),
      ) === PARK.AWAKE
    ) this.#sleeper.lookSoon();
  }

  /** Can be rung again, even if a ringer has died before it woke us. */
  listenAgain(): void {
    Atomics.store(this.#memory.words, this.#park, this.#asyncPark());
  }

  /** No async wait is left. */
  rest(): void {
    const memory = this.#memory;
    if (this.#sleeper.isAttending() && this.#mayAttend) {
      return this.listenAgain();
    }
    Atomics.store(memory.words, this.#park, PARK.AWAKE);
    // The sleep would keep the program alive.
    if (this.#sleeps && memory.sleepHoldsProgram) memory.wake(this.#park, ALL);
  }

  /**
   * Whether we hear rings for those who attend only. A thread has no pipe: there it
   * has to do with what keeps the program alive.
   */
  get #mayAttend(): boolean {
    const { doorbell, sleepHoldsProgram } = this.#memory;
    return this.#pipe === "open" || !sleepHoldsProgram || !doorbell?.prepare();
  }

  /** Whether somebody is to hear of rings. */
  get #isHeard(): boolean {
    return this.#sleeper.isWaiting() ||
      this.#sleeper.isAttending() && this.#mayAttend;
  }

  #asyncPark(): number {
    return this.#pipe === "open" ? PARK.ON_PIPE : PARK.ON_WORD;
  }

  async #sleepOnWord(): Promise<void> {
    this.#sleeps = true;
    while (this.#isHeard && this.#pipe !== "open") {
      Atomics.store(this.#memory.words, this.#park, PARK.ON_WORD);
      this.#sleeper.look();
      if (!this.#isHeard) break;
      if (++this.#sleepCount === SLEEPS_BEFORE_PIPE) this.#openPipe();
      await this.#memory.sleep(this.#park, PARK.ON_WORD);
      this.#checkRing();
      breathed();
    }
    this.#sleeps = false;
  }

  async #openPipe(): Promise<void> {
    const { doorbell } = this.#memory;
    if (this.#pipe !== "none" || !doorbell?.prepare()) return;
    this.#pipe = "opening";
    try {
      await doorbell.listen(() => this.#rung());
    } catch {
      // The slower bell goes on doing.
      return;
    }
    this.#pipe = "open";
    const parked = this.#isHeard ? PARK.ON_PIPE : PARK.AWAKE;
    Atomics.store(this.#memory.words, this.#park, parked);
    // Ends the sleep on the word.
    this.#memory.wake(this.#park, ALL);
    this.#sleeper.lookSoon();
  }

  #rung(): void {
    if (!this.#isHeard) return;
    breathed();
    this.#checkRing();
    Atomics.store(this.#memory.words, this.#park, PARK.ON_PIPE);
    this.#sleeper.look();
  }

  #checkRing(): void {
    const { words } = this.#memory;
    const list = words[this.#rungFor];
    if (list === 0) return;
    words[this.#rungFor] = 0;
    this.#sleeper.passOn(list);
  }
}
