import {
  AFTER_LOST,
  forgiveLosses,
  hasLost,
  sweep,
} from "../_internal/handles/mod.ts";
import {
  cellAt,
  enter,
  HEADER,
  leave,
  type Memory,
} from "../_internal/memory/mod.ts";
import { NOT_YET, WAIT_LIST_WORDS } from "../_internal/parking/mod.ts";
import { Line } from "./_line.ts";
import { MARK, NOTE, Places, placesWords } from "./_places.ts";
import { brokenBarrier, REASONS } from "./_barrier_reasons.ts";
import { BrokenBarrierError } from "./broken_barrier_error.ts";

/*
 * PHASE is the number of the round and its state:
 *
 * | state   | means                               | next                            |
 * | ------- | ----------------------------------- | ------------------------------- |
 * | FILLING | parties arrive                      | FILLING of the next round, or   |
 * |         |                                     | ACTING, by the last to arrive   |
 * | ACTING  | all are there; one runs the action  | FILLING of the next round, by   |
 * |         |                                     | that one                        |
 * | BROKEN  | nobody can wait any more            | FILLING of the next round, by a |
 * |         |                                     | reset                           |
 * | any     |                                     | BROKEN, by any that has reason  |
 * | any     |                                     | FILLING of the next round, by a |
 * |         |                                     | reset                           |
 *
 * It changes under MUTEX only, with one store, and that store is the change: who
 * waits in a round reads in it how the round has ended. Who is in a round stands in
 * a place, see `Places`, with the round and its index there. A reset marks the
 * places of those who wait before it begins the next round: a round that is over
 * has let go who is not marked.
 *
 * COUNT follows from the places, and is counted anew after a death under MUTEX. An
 * index that is given twice by such a death does no harm: a party that dies breaks
 * the round.
 *
 * That a party came to a bad end, whether it waited or not, is noted beside these by
 * whoever clears up after it, see `hasLost`, and is made BROKEN by the first who
 * sees it.
 */
const MUTEX = AFTER_LOST;
const PHASE = AFTER_LOST + 1;
const COUNT = AFTER_LOST + 2;
const REASON = AFTER_LOST + 3;
const PARTIES = AFTER_LOST + 4;
const WAITERS = AFTER_LOST + 5;
const PLACES = WAITERS + WAIT_LIST_WORDS;

const PLACES_IN_CELL = 15;
/** The first word after those of the rounds. */
export const AFTER_ROUNDS = PLACES + placesWords(PLACES_IN_CELL);

const FILLING = 0;
const ACTING = 1;
const BROKEN = 2;
const STATE_BITS = 2;
const STATE = (1 << STATE_BITS) - 1;

const ROUND = NOTE.FIRST;
const INDEX = NOTE.SECOND;

/** A party that has arrived and waits. */
export interface Arrival {
  readonly place: number;
  readonly round: number;
  /** Whether it is to run the action. */
  readonly acts: boolean;
}

/** The rounds of a barrier: who has arrived, and how each ends. */
export class Rounds {
  /** Of those who wait. */
  readonly line: Line;
  readonly #memory: Memory;
  readonly #cell: number;
  readonly #at: number;
  readonly #places: Places;
  /** `DEATHS` when the places were last searched for the dead. */
  #deaths: number;

  /** @param doing what a party is doing here: "wait at barrier" */
  constructor(memory: Memory, cell: number, doing: string) {
    this.#memory = memory;
    this.#cell = cell;
    this.#at = cellAt(cell);
    this.line = new Line(memory, this.#at + WAITERS, doing);
    this.#places = new Places(
      this.#memory,
      cell,
      this.#at + PLACES,
      PLACES_IN_CELL,
    );
    // Who died before may have left something.
    this.#deaths = this.#deathCount - 1 | 0;
  }

  /** How many make a round. */
  get parties(): number {
    return this.#load(PARTIES);
  }

  set parties(parties: number) {
    this.#store(PARTIES, parties);
  }

  /** How many wait. */
  get waiting(): number {
    return this.isBroken ? 0 : this.#load(COUNT);
  }

  /** Whether nobody can wait any more. */
  get isBroken(): boolean {
    return stateOf(this.#load(PHASE)) === BROKEN || this.#hasLost;
  }

  /**
   * Arrives.
   *
   * @param hasAction whether somebody has to act before all go on
   * @returns the arrival; the index, if it was the last and all go on; or that it is
   *   not possible yet, as the action of the round before still runs
   * @throws {BrokenBarrierError} if the barrier is broken
   */
  arrive(hasAction: boolean): Arrival | number | typeof NOT_YET {
    let index = 0;
    this.#enter();
    try {
      this.#lookForDead();
      const phase = this.#load(PHASE);
      const state = stateOf(phase);
      if (state === BROKEN) throw brokenBarrier(this.#load(REASON));
      if (state === ACTING) return NOT_YET;
      index = this.#load(COUNT);
      const isLast = index + 1 === this.parties;
      if (hasAction || !isLast) {
        const round = roundOf(phase);
        const place = this.#places.take(round, index);
        this.#store(COUNT, index + 1);
        if (isLast) this.#store(PHASE, phase | ACTING);
        return { place, round, acts: isLast };
      }
      this.#beginRound(phase);
    } finally {
      this.#leave();
    }
    this.line.wakeAll();
    return index;
  }

  /**
   * Looks how a round has ended, if it has. Then the party's place is free.
   *
   * @returns its index
   * @throws {BrokenBarrierError} if it was not let go
   */
  look(arrival: Arrival): number | typeof NOT_YET {
    let outcome = this.#outcome(arrival);
    if (
      outcome === NOT_YET &&
      (this.#hasLost || this.#deaths !== this.#deathCount)
    ) {
      this.#enter();
      try {
        this.#lookForDead();
      } finally {
        this.#leave();
      }
      outcome = this.#outcome(arrival);
    }
    return outcome;
  }

  /**
   * Ends the round that this party has acted for.
   *
   * @returns its index
   * @throws {BrokenBarrierError} if it was broken or reset meanwhile
   */
  finish(arrival: Arrival): number {
    const index = this.#places.note(arrival.place, INDEX);
    this.#enter();
    try {
      const phase = this.#load(PHASE);
      if (phase !== (arrival.round << STATE_BITS | ACTING)) {
        return this.#outcome(arrival) as number;
      }
      this.#beginRound(phase);
      this.#free(arrival);
    } finally {
      this.#leave();
    }
    this.line.wakeAll();
    return index;
  }

  /**
   * Gives up a wait.
   *
   * @param reason why that breaks the barrier; 0 if it need not
   * @returns the index, if the round is over by now
   * @throws {BrokenBarrierError} if it was broken or reset meanwhile
   */
  giveUp(arrival: Arrival, reason: number): number | undefined {
    this.#enter();
    try {
      const outcome = this.#outcome(arrival);
      if (outcome !== NOT_YET) return outcome;
      const phase = this.#load(PHASE);
      if (reason === 0 && stateOf(phase) === FILLING) {
        this.#withdraw(arrival);
        return undefined;
      }
      this.#break(phase, reason || REASONS.GONE);
      this.#free(arrival);
    } finally {
      this.#leave();
    }
    this.line.wakeAll();
    return undefined;
  }

  /** Breaks the barrier, for all who wait and all who come. */
  break(reason: number): void {
    this.#enter();
    try {
      const phase = this.#load(PHASE);
      if (stateOf(phase) !== BROKEN) this.#break(phase, reason);
    } finally {
      this.#leave();
    }
    this.line.wakeAll();
  }

  /** Begins a new round, without those who wait. */
  reset(): void {
    const places = this.#places;
    // Of a death that nobody has noticed yet others would be told in the new round.
    sweep(this.#memory);
    this.#enter();
    try {
      const phase = this.#load(PHASE);
      const round = roundOf(phase);
      for (let place = 0; place < places.top; place++) {
        const who = places.who(place);
        if (who <= 0 || places.note(place, ROUND) !== round) continue;
        places.swap(place, who, places.isDead(who) ? 0 : who | MARK);
      }
      forgiveLosses(this.#memory, this.#cell);
      this.#beginRound(phase);
    } finally {
      this.#leave();
    }
    this.line.wakeAll();
  }

  #outcome(arrival: Arrival): number | typeof NOT_YET {
    const phase = this.#load(PHASE);
    const { place, round } = arrival;
    if (roundOf(phase) === round) {
      if (stateOf(phase) !== BROKEN) return NOT_YET;
      this.#free(arrival);
      throw brokenBarrier(this.#load(REASON));
    }
    const index = this.#places.note(place, INDEX);
    const isMarked = this.#places.who(place) < 0;
    this.#free(arrival);
    if (!isMarked) return index;
    throw new BrokenBarrierError("Cannot wait at barrier: barrier was reset");
  }

  #free({ place }: Arrival): void {
    const { self } = this.#memory;
    // Either it is marked or it is not; nobody marks it any more.
    if (!this.#places.swap(place, self, 0)) {
      this.#places.swap(place, self | MARK, 0);
    }
  }

  /** Leaves a round that fills, as if it had not come. */
  #withdraw(arrival: Arrival): void {
    const places = this.#places;
    const last = this.#load(COUNT) - 1;
    const index = places.note(arrival.place, INDEX);
    for (let place = 0; index !== last && place < places.top; place++) {
      if (
        places.who(place) > 0 && places.note(place, ROUND) === arrival.round &&
        places.note(place, INDEX) === last
      ) {
        // Whoever came last takes its number, so that every number is one's.
        places.write(place, INDEX, index);
        break;
      }
    }
    this.#free(arrival);
    this.#store(COUNT, last);
  }

  #break(phase: number, reason: number): void {
    this.#store(REASON, reason);
    this.#store(PHASE, phase & ~STATE | BROKEN);
  }

  #beginRound(phase: number): void {
    this.#store(COUNT, 0);
    this.#store(PHASE, roundOf(phase) + 1 << STATE_BITS | FILLING);
  }

  /** Breaks the barrier if a party has died; frees what the dead of other rounds left. */
  #lookForDead(): void {
    const places = this.#places;
    const phase = this.#load(PHASE);
    let isMissed = this.#hasLost;
    const deaths = this.#deathCount;
    if (deaths !== this.#deaths) {
      for (let place = 0; place < places.top; place++) {
        const who = places.who(place);
        if (who === 0 || !places.isDead(who)) continue;
        if (who > 0 && places.note(place, ROUND) === roundOf(phase)) {
          isMissed = true;
        } else {
          places.swap(place, who, 0);
        }
      }
    }
    if (isMissed && stateOf(phase) !== BROKEN) {
      this.#break(phase, REASONS.DIED);
      this.line.wakeAll();
    }
    this.#deaths = deaths;
  }

  #enter(): void {
    if (enter(this.#memory, this.#at + MUTEX)) this.#recount();
  }

  #leave(): void {
    leave(this.#memory, this.#at + MUTEX);
  }

  #recount(): void {
    const places = this.#places;
    const round = roundOf(this.#load(PHASE));
    let count = 0;
    for (let place = 0; place < places.top; place++) {
      if (places.who(place) > 0 && places.note(place, ROUND) === round) count++;
    }
    this.#store(COUNT, count);
  }

  get #hasLost(): boolean {
    return hasLost(this.#memory, this.#cell);
  }

  get #deathCount(): number {
    return Atomics.load(this.#memory.words, HEADER.DEATHS);
  }

  #load(word: number): number {
    return Atomics.load(this.#memory.words, this.#at + word);
  }

  #store(word: number, value: number): void {
    Atomics.store(this.#memory.words, this.#at + word, value);
  }
}

function stateOf(phase: number): number {
  return phase & STATE;
}

function roundOf(phase: number): number {
  return phase >> STATE_BITS;
}
