/**
 * Who of this isolate watches which wait lists: waits on many things at once, and
 * takes nothing of what a list is woken for. Some only attend: they do not keep the
 * program alive.
 */
export class Watches {
  readonly #lists = new Map<number, Set<() => void>>();
  readonly #looks = new Set<() => void>();
  readonly #attendants = new Set<() => void>();

  /** Whether somebody does for whom the program goes on. */
  get isHolding(): boolean {
    return this.#looks.size !== this.#attendants.size;
  }

  /** Whether nobody does. */
  get isEmpty(): boolean {
    return this.#looks.size === 0;
  }

  /** The lists that are watched. */
  get lists(): Iterable<number> {
    return this.#lists.keys();
  }

  /** Whether a list is watched. */
  has(list: number): boolean {
    return this.#lists.size !== 0 && this.#lists.has(list);
  }

  /** Lets a watcher that is about to be added only attend. */
  attend(look: () => void): void {
    this.#attendants.add(look);
  }

  /** Adds a watcher. */
  add(lists: Iterable<number>, look: () => void): void {
    this.#looks.add(look);
    for (const list of lists) {
      const watchers = this.#lists.get(list);
      if (watchers === undefined) this.#lists.set(list, new Set([look]));
      else watchers.add(look);
    }
  }

  /** Removes a watcher. */
  remove(lists: Iterable<number>, look: () => void): void {
    this.#looks.delete(look);
    this.#attendants.delete(look);
    for (const list of lists) {
      const watchers = this.#lists.get(list);
      if (watchers?.delete(look) && watchers.size === 0) {
        this.#lists.delete(list);
      }
    }
  }

  /** Removes all watchers. */
  clear(): void {
    this.#lists.clear();
    this.#looks.clear();
    this.#attendants.clear();
  }

  /** Lets everybody look, in the order in which they came. */
  look(): void {
    for (const look of this.#looks) look();
  }
}
