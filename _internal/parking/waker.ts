import {
  HEADER,
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
} from "../memory/mod.ts";
import type { Bell } from "./bell.ts";
import { LateWakes } from "./late_wakes.ts";
import { ringNeighbour } from "./neighbours.ts";
import { UnansweredRings } from "./unanswered_rings.ts";
import {
  forEachWaiter,
  hasOthers,
  hasWaiters,
  isListed,
  nextWaiter,
} from "./wait_list.ts";

/** The isolate that wakes, which may wait, too. */
interface Self {
  serves(list: number): boolean;
  pumpSoon(): void;
}

/** Wakes those who wait on the lists of a memory. */
export class Waker {
  /** Wakes certain participants once a list is woken, or this isolate waits. */
  readonly late = new LateWakes((slot) => this.#ring(slot, 0));
  /** Whom it has woken a moment ago. */
  readonly unanswered = new UnansweredRings((slot, list) => {
    if (this.#bell.passOver(slot)) this.wakeOne(list);
  });
  readonly #memory: Memory;
  readonly #bell: Bell;
  readonly #self: Self;

  constructor(memory: Memory, bell: Bell, self: Self) {
    this.#memory = memory;
    this.#bell = bell;
    this.#self = self;
  }

  /** Wakes the next waiter of a list; another one if that does not look in a moment. */
  wakeOne(list: number): void {
    const memory = this.#memory;
    this.late.flush();
    if (!hasWaiters(memory, list)) return;
    const self = slotOf(memory.self);
    let first = -1;
    for (let hops = 0; hops < SLOT_COUNT; hops++) {
      const slot = nextWaiter(memory, list, () => this.wakeAll(list));
      if (slot < 0 || slot === first) return;
      if (first < 0) first = slot;
      if (slot === self) {
        if (this.#self.serves(list)) return this.#self.pumpSoon();
        // Else it watches, and leaves what there is to others; or it is a blocking
        // wait of ours that is just ending: others come first.
        this.#self.pumpSoon();
      } else if (ringNeighbour(memory, slot)) {
        if (isListed(memory, list, slot)) return;
      } else if (
        this.#bell.ring(slot, list) &&
        // One that left meanwhile may not have seen the ring, see `Parking.#leave`.
        isListed(memory, list, slot)
      ) {
        if (hasOthers(memory, list, slot)) this.unanswered.add(slot, list);
        return;
      }
    }
  }

  /** Wakes all waiters of a list. */
  wakeAll(list: number): void {
    if (!hasWaiters(this.#memory, list)) return;
    forEachWaiter(this.#memory, list, (slot) => this.#ring(slot, 0));
  }

  /** Rings every participant's bell, after a death that may concern any wait. */
  wakeEverybody(): void {
    Atomics.add(this.#memory.words, HEADER.DEATHS, 1);
    this.#ringEverybody();
  }

  /**
   * Looks for who was rung before the last time that anybody did this, and has not
   * looked since: its ringer may have died, or compute. All others look in its place.
   */
  passOverdue(): void {
    const { words } = this.#memory;
    const top = Atomics.load(words, HEADER.SLOT_TOP);
    const { RUNG, OVERDUE } = PARK;
    let isAnyLate = false;
    for (let slot = 0; slot < top; slot++) {
      const at = participantAt(slot) + PARTICIPANT.PARK;
      if (Atomics.compareExchange(words, at, RUNG, OVERDUE) === OVERDUE) {
        isAnyLate = this.#bell.passOver(slot) || isAnyLate;
      }
    }
    if (isAnyLate) this.#ringEverybody();
  }

  #ringEverybody(): void {
    const { words } = this.#memory;
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = participantAt(slot) + PARTICIPANT.PARK;
      if (Atomics.load(words, at) !== PARK.AWAKE) this.#ring(slot, 0);
    }
    this.#self.pumpSoon();
  }

  #ring(slot: number, list: number): void {
    if (slot === slotOf(this.#memory.self)) this.#self.pumpSoon();
    else if (!ringNeighbour(this.#memory, slot)) this.#bell.ring(slot, list);
  }
}
