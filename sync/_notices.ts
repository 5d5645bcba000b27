import { HEADER, type Memory, slotOf } from "../_internal/memory/mod.ts";
import type { Line } from "./_line.ts";
import { MARK, NOTE, Places } from "./_places.ts";

/*
 * Who waits for a notification, and who has been given one. Every place, see
 * `Places`, is one pending wait:
 *
 * | place     | means                             | next, and who may change it        |
 * | --------- | --------------------------------- | ---------------------------------- |
 * | 0         | free                              | id, by a waiter with the lock      |
 * | id        | waits since TICKET                | id + MARK, by a notifier with the  |
 * |           |                                   | lock; 0, by itself, giving up      |
 * | id + MARK | was told when GIVEN was the next  | 0, by itself, with the lock again  |
 * |           | ticket; has not got the lock yet  |                                    |
 * | id of a dead one        | it waits no more    | 0, by any                          |
 * | id + MARK of a dead one | a notification that | heir's id + MARK, by the heir;     |
 * |           | nobody has taken                  | 0, by any, if there is no heir     |
 *
 * The heir is the oldest who waited when the notification was given and waits
 * still. It moves to the place of the dead with one swap, and then leaves its own:
 * whoever dies between any two of these leaves a notification in one place, and
 * one that waits no more in the other. All others only ring the heir.
 */
const TICKETS = 0;
const PLACES = 1;
const TICKET = NOTE.FIRST;
const GIVEN = NOTE.SECOND;
const NOBODY = -1;

/** A wait that nobody has been told of. */
interface Wait {
  readonly place: number;
  readonly ticket: number;
}

/** Who waits for a notification, in the order in which they came. */
export class Notices {
  readonly #memory: Memory;
  readonly #line: Line;
  readonly #tickets: number;
  readonly #places: Places;
  /**
   * Those who waited when it was last asked, the oldest last: whoever came after that
   * is younger than all of them.
   */
  #queue: Wait[] = [];
  /** `DEATHS` when nothing was left to do about the dead. */
  #deaths: number;

  /**
   * @param line where they wait
   * @param at first word of the table in the cell, of zeroes at first
   * @param inCell how many waits it has room for
   */
  constructor(
    memory: Memory,
    cell: number,
    line: Line,
    at: number,
    inCell: number,
  ) {
    this.#memory = memory;
    this.#line = line;
    this.#tickets = at + TICKETS;
    this.#places = new Places(this.#memory, cell, at + PLACES, inCell);
    // Who died before may have left something.
    this.#deaths = this.#deathCount - 1 | 0;
  }

  /**
   * Begins a wait, with the lock.
   *
   * @returns its place
   */
  enter(): number {
    if (this.#deathCount !== this.#deaths) this.#settleDead(NOBODY);
    const { words } = this.#memory;
    const ticket = Atomics.load(words, this.#tickets);
    Atomics.store(words, this.#tickets, ticket + 1 | 0);
    return this.#places.take(ticket, 0);
  }

  /**
   * Tells the oldest who wait, with the lock.
   *
   * @param count how many at most
   */
  notify(count: number): void {
    const given = Atomics.load(this.#memory.words, this.#tickets);
    while (count > 0) {
      const place = this.#next(given);
      if (place === NOBODY) return;
      // One that has just given up leaves its turn to the next.
      if (this.#tell(place, given)) count--;
    }
  }

  /**
   * Looks for a notification.
   *
   * @param place of the wait
   * @returns where the wait is now that it was told, or -1
   */
  look(place: number): number {
    if (this.#places.who(place) < 0) return place;
    return this.#deathCount === this.#deaths ? NOBODY : this.#settleDead(place);
  }

  /**
   * Gives up.
   *
   * @returns `false` if it has been told
   */
  withdraw(place: number): boolean {
    return this.#places.swap(place, this.#memory.self, 0);
  }

  /** Ends a wait that was told, with the lock. */
  leave(place: number): void {
    this.#places.swap(place, this.#memory.self | MARK, 0);
  }

  #tell(place: number, given: number): boolean {
    const places = this.#places;
    const who = places.who(place);
    if (who <= 0) return false;
    places.write(place, GIVEN, given);
    // Settles whether it was told or has given up.
    if (!places.swap(place, who, who | MARK)) return false;
    this.#line.wakeLater(slotOf(who));
    return true;
  }

  /** The place of the oldest who waits since before a ticket; -1 if nobody does. */
  #oldest(before: number): number {
    let oldest = NOBODY;
    let first = before;
    this.#forEachWaiting((place, ticket) => {
      if ((ticket - first | 0) >= 0) return;
      first = ticket;
      oldest = place;
    });
    return oldest;
  }

  /** The place of the oldest who waits, with the lock; -1 if nobody does. */
  #next(given: number): number {
    const places = this.#places;
    for (;;) {
      const wait = this.#queue.pop();
      if (wait === undefined) {
        if (!this.#fillQueue(given)) return NOBODY;
        continue;
      }
      const { place, ticket } = wait;
      const who = places.who(place);
      if (who <= 0 || places.note(place, TICKET) !== ticket) continue;
      if (!places.isDead(who)) return place;
      places.swap(place, who, 0);
    }
  }

  /** @returns whether anybody waits */
  #fillQueue(given: number): boolean {
    const queue: Wait[] = [];
    this.#forEachWaiting((place, ticket) => queue.push({ place, ticket }));
    queue.sort((one, other) =>
      (given - one.ticket | 0) - (given - other.ticket | 0)
    );
    this.#queue = queue;
    this.#places.trim();
    return queue.length !== 0;
  }

  /** Calls back for all who wait and live. The places of the others are freed. */
  #forEachWaiting(visit: (place: number, ticket: number) => void): void {
    const places = this.#places;
    const { top } = places;
    for (let place = 0; place < top; place++) {
      const who = places.who(place);
      if (who <= 0) continue;
      if (places.isDead(who)) places.swap(place, who, 0);
      else visit(place, places.note(place, TICKET));
    }
  }

  /**
   * Sees to what the dead were told and have not taken.
   *
   * @param own place of a wait that may be the heir, or -1
   * @returns where that wait is now, or -1 if it goes on
   */
  #settleDead(own: number): number {
    const places = this.#places;
    const deaths = this.#deathCount;
    const { top } = places;
    let isSettled = true;
    for (let place = 0; place < top; place++) {
      const dead = places.who(place);
      if (dead >= 0 || !places.isDead(dead)) continue;
      const heir = this.#oldest(places.note(place, GIVEN));
      if (heir === NOBODY) {
        places.swap(place, dead, 0);
      } else if (heir === own) {
        const inherited = this.#inherit(own, place, dead);
        if (inherited !== NOBODY) return inherited;
        isSettled = false;
      } else {
        isSettled = false;
        const who = places.who(heir);
        if (who > 0) this.#line.wakeLater(slotOf(who));
      }
    }
    // Else everybody goes on looking, in case the heir does not take it.
    if (isSettled) this.#deaths = deaths;
    return NOBODY;
  }

  /** @returns where the wait is now, or -1 if the dead one's place has gone */
  #inherit(own: number, place: number, dead: number): number {
    const places = this.#places;
    const { words, self } = this.#memory;
    // Settles which of several heirs takes it, as each may have seen others.
    if (!places.swap(place, dead, self | MARK)) return NOBODY;
    if (places.swap(own, self, 0)) return place;
    // Told as well, at the same time: what it inherited is for the next.
    places.swap(place, self | MARK, MARK);
    Atomics.add(words, HEADER.DEATHS, 1);
    this.#line.wakeAll();
    return own;
  }

  get #deathCount(): number {
    return Atomics.load(this.#memory.words, HEADER.DEATHS);
  }
}
