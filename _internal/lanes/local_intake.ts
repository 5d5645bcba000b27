import { fromBytes } from "../handles/mod.ts";
import {
  breathe,
  isBreathless,
  NOT_YET,
  Patience,
  pause,
} from "../parking/mod.ts";
import type { Intake, IntakeEvents } from "./intake.ts";
import type { Lane } from "./lane.ts";

/** Messages that are taken in before workers get more to do. */
const BATCH = 64;
/** Milliseconds of a pause, and how many may follow each other that bring nothing. */
const PAUSE_MS = 1;
const MOST_VAIN = 4;

/**
 * Takes in what workers send: waiting for it, and keeping the program alive, while
 * somebody wants a result; else attending to it only, as long as the program goes
 * on for other reasons.
 *
 * | state     | when                                        |
 * | --------- | ------------------------------------------- |
 * | at rest   | nothing is expected, or all workers ended   |
 * | attending | something is expected, nobody waits for it  |
 * | pumping   | something is expected, and somebody waits   |
 */
export class LocalIntake implements Intake {
  readonly #lane: Lane;
  readonly #events: Required<IntakeEvents>;
  readonly #patience = new Patience();
  readonly #parking = Patience.forEventLoop();
  #holds = 0;
  #isPumping = false;
  #isDraining = false;
  #isOver = false;
  /** Whether it has let go of the lane, whose place in memory may be another's. */
  #hasLeft = false;
  /** Whether it begins to attend, which looks at once. */
  #isUpdating = false;
  #stopAttending: (() => void) | undefined;

  constructor(lane: Lane, events: Required<IntakeEvents>) {
    this.#lane = lane;
    this.#events = events;
  }

  hold(): void {
    if (this.#holds++ === 0) this.update();
  }

  unhold(): void {
    if (--this.#holds > 0) return;
    // A pump that waits in vain is to look again; one that runs does so anyway.
    if (this.#isPumping) this.#lane.channel.parking.pumpSoon();
  }

  update(): void {
    if (this.#isPumping) return;
    const expects = !this.#isOver && this.#events.expects();
    if (expects && this.#holds === 0) return this.#attend();
    this.#stopAttending?.();
    this.#stopAttending = undefined;
    if (expects) {
      this.#isPumping = true;
      // First all that is submitted in the same go: then there is more to spin for.
      queueMicrotask(() => this.#pump());
    } else if (this.#isOver) {
      this.#hasLeft = true;
      this.#lane.close();
    }
  }

  end(): void {
    this.#isOver = true;
    // Not before the last who waits on the lane has left it.
    if (this.#isPumping) this.#lane.channel.parking.pumpSoon();
    else this.update();
  }

  drain(): boolean {
    // What a message leads to may want others.
    if (this.#isDraining || this.#hasLeft) return false;
    this.#isDraining = true;
    const { channel } = this.#lane;
    let count = 0;
    try {
      while (channel.tryTake()) {
        this.#events.take(channel.taken);
        channel.discardTaken();
        if (++count % BATCH === 0) this.#events.taken();
      }
      if (count % BATCH !== 0) this.#events.taken();
    } finally {
      this.#isDraining = false;
    }
    return count > 0;
  }

  catchUp(): void {
    this.drain();
  }

  decode(bytes: Uint8Array): unknown {
    return fromBytes(bytes, this.#lane.channel.takenCells);
  }

  #attend(): void {
    if (this.#stopAttending !== undefined) return;
    const { parking, getters } = this.#lane.channel;
    const look = () => {
      // Whoever has just sent a task is not to have its result before it knows it.
      if (this.#isUpdating) return queueMicrotask(look);
      this.drain();
      if (!this.#events.expects()) this.update();
    };
    this.#isUpdating = true;
    try {
      this.#stopAttending = parking.attend([getters], look);
    } finally {
      this.#isUpdating = false;
    }
  }

  async #pump(): Promise<void> {
    const { parking, getters } = this.#lane.channel;
    const attempt = () => this.drain() || !this.#isNeeded() || NOT_YET;
    let vain = 0;
    while (this.#isNeeded()) {
      const isAny = attempt() !== NOT_YET;
      vain = isAny ? 0 : vain + 1;
      const pace = this.#events.pace();
      if (pace === "pause" && vain <= MOST_VAIN) {
        // Nobody rings for us meanwhile.
        await pause(PAUSE_MS);
      } else if (isAny) {
        // Let those go on whose results have come.
        await undefined;
      } else {
        const patience = pace === "spin" ? this.#patience : this.#parking;
        // Who waits logs that: what it is for is known there.
        await parking.wait(getters, attempt, patience, "");
      }
      if (isBreathless()) await breathe();
    }
    this.#isPumping = false;
    this.update();
  }

  #isNeeded(): boolean {
    return this.#holds > 0 && this.#events.expects() && !this.#isOver;
  }
}
