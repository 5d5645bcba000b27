import type { Lane } from "./lane.ts";
import { LocalIntake } from "./local_intake.ts";
import { RelayedIntake } from "./relayed_intake.ts";

/**
 * How to wait for what comes: `spin` where it comes any moment, `park` where a spin would
 * take the processor from those it comes from, `pause` where it is not needed at once.
 */
export type Pace = "spin" | "park" | "pause";

/** What becomes of what comes. */
export interface IntakeEvents {
  /** Whether anything is to come. */
  expects(): boolean;
  /** How to wait for it. Default: `spin`. */
  pace?(): Pace;
  /** Is given each message; it is only valid during the call. */
  take(message: Uint8Array): void;
  /** Is called after some of them, and after the last. */
  taken(): void;
}

/**
 * Takes in what comes by a lane; keeps the program alive while somebody waits for it.
 */
export interface Intake {
  /** Somebody waits, so the program goes on. */
  hold(): void;
  /** Ends what {@linkcode hold} began. */
  unhold(): void;
  /** Sees to it that what is expected is taken in. */
  update(): void;
  /** Takes in what is here already; whether anything is. */
  drain(): boolean;
  /**
   * Takes in all that the lane has by now, wherever it is. What somebody who has ended
   * has sent is in the lane once those who have started it are told of the end.
   */
  catchUp(): void | Promise<void>;
  /** The value in a part of a message; a promise of it if it needs modules. */
  decode(bytes: Uint8Array): unknown;
  /** Nothing more will come: takes in what has come, and lets go of the lane. */
  end(): void | Promise<void>;
}

/**
 * Opens a lane to take in what comes by it. What a message leads to may fail: then the
 * error is uncaught, and others still come.
 */
export function openIntake(lane: Lane, events: IntakeEvents): Intake {
  const guarded = new GuardedEvents(events);
  return lane.isRelayed
    ? new RelayedIntake(lane, guarded)
    : new LocalIntake(lane, guarded);
}

class GuardedEvents implements Required<IntakeEvents> {
  readonly #events: IntakeEvents;

  constructor(events: IntakeEvents) {
    this.#events = events;
  }

  expects(): boolean {
    return this.#events.expects();
  }

  pace(): Pace {
    return this.#events.pace?.() ?? "spin";
  }

  take(message: Uint8Array): void {
    try {
      this.#events.take(message);
    } catch (error) {
      throwLater(error);
    }
  }

  taken(): void {
    try {
      this.#events.taken();
    } catch (error) {
      throwLater(error);
    }
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
