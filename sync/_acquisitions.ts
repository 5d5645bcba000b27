/**
 * Which guards of a semaphore still stand for a permit.
 *
 * Guards are numbered as they are given out. `release()` does not say whose permit
 * it gives back: from then on the guards given out before it share what is left of
 * theirs, and whoever of them comes when nothing is left gives nothing. It never
 * costs a later guard its permit. No guard is remembered here, as where permits are
 * signals nobody ever comes back.
 *
 * | number            | means                                               |
 * | ----------------- | --------------------------------------------------- |
 * | from #shared on   | stands for a permit of its own                      |
 * | from #spent on    | shares #left permits with the others                |
 * | below #spent      | stands for nothing                                  |
 */
export class Acquisitions {
  #next = 0;
  #shared = 0;
  #spent = 0;
  /** Permits of the guards that share. */
  #left = 0;
  /** Permits of the guards that do not. */
  #own = 0;

  /**
   * Notes an acquisition.
   *
   * @returns the number of its guard
   */
  add(): number {
    this.#own++;
    return this.#next++;
  }

  /** Notes that so many were given back, nobody knows whose. */
  giveBack(count: number): void {
    const held = this.#left + this.#own;
    if (held === 0) return;
    if (this.#left === 0) this.#spent = this.#shared;
    this.#left = held > count ? held - count : 0;
    this.#own = 0;
    this.#shared = this.#next;
  }

  /**
   * Ends an acquisition.
   *
   * @returns whether its guard has a permit to give back
   */
  end(number: number): boolean {
    if (number >= this.#shared) {
      this.#own--;
      return true;
    }
    if (number < this.#spent || this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
