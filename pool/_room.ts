/** Where somebody stands who waits for room. */
interface Place {
  /** Fulfilled once there is room, which is kept until {@linkcode leave}. */
  readonly reached: Promise<void>;
  /** Takes the room, or goes without. */
  leave(): void;
}

/** One who waits. */
interface Waiter {
  readonly priority: number;
  readonly reach: () => void;
  hasReached: boolean;
}

/**
 * Room for tasks that wait, where only so many may. Who waits for it comes before whoever
 * comes later: those of higher priority first, then those who have waited longest.
 */
export class Room {
  readonly #most: number;
  readonly #queued: () => number;
  /** In the order in which they get it. */
  readonly #waiters: Waiter[] = [];
  /** Those who have reached room, and have not taken it yet. */
  #reached = 0;

  /**
   * @param most tasks that may wait; 0 for any number
   * @param queued says how many do
   */
  constructor(most: number, queued: () => number) {
    this.#most = most;
    this.#queued = queued;
  }

  /** Whether one more task has to wait for room. */
  get isFull(): boolean {
    return this.#most !== 0 && (this.#waiters.length > 0 || !this.#isFree);
  }

  get #isFree(): boolean {
    return this.#queued() + this.#reached < this.#most;
  }

  /**
   * Waits for room for one task.
   *
   * @param submit takes the room, or goes without; called as soon as it is there, so that
   *   nobody else takes it
   * @param ended rejects if it is to wait no longer
   * @throws why it waits no longer, or what `submit` throws
   */
  async enter(
    priority: number,
    submit: () => void,
    ended?: Promise<never>,
  ): Promise<void> {
    const place = this.#wait(priority);
    const { reached } = place;
    try {
      await (ended === undefined ? reached : Promise.race([reached, ended]));
      place.leave();
      submit();
    } finally {
      place.leave();
      this.give();
    }
  }

  /** Lets those have it who wait, as far as there is any. */
  give(): void {
    while (this.#waiters.length > 0 && this.#isFree) {
      this.#reached++;
      const waiter = this.#waiters.shift()!;
      waiter.hasReached = true;
      waiter.reach();
    }
  }

  #wait(priority: number): Place {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { priority, reach: resolve, hasReached: false };
    let at = this.#waiters.length;
    while (at > 0 && this.#waiters[at - 1].priority < priority) at--;
    this.#waiters.splice(at, 0, waiter);
    let hasLeft = false;
    const leave = () => {
      if (hasLeft) return;
      hasLeft = true;
      if (waiter.hasReached) this.#reached--;
      else this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    };
    return { reached: promise, leave };
  }
}
