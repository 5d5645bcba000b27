/**
 * Messages that were taken by a form that cannot wait, while modules for what is
 * in them have yet to be loaded. They are kept for the next who can.
 */
export class LateMessages<T> {
  readonly #messages: Promise<T>[] = [];
  readonly #doing: string;
  readonly #instead: string;

  /**
   * @param doing what to say was attempted
   * @param instead what does wait
   */
  constructor(doing: string, instead: string) {
    this.#doing = doing;
    this.#instead = instead;
  }

  /** Throws while one is kept: those behind it must not overtake it. */
  check(): void {
    if (this.#messages.length > 0) throw this.#late();
  }

  /** Whether none is kept. */
  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** The next of them, if there is one. */
  next(): Promise<T> | undefined {
    return this.#messages.shift();
  }

  /** Gives a message back if it is there, and keeps it if it is late. */
  settle(value: T | Promise<T>): T {
    if (!(value instanceof Promise)) return value;
    // Whoever receives it is told if it cannot be loaded.
    value.catch(() => {});
    this.#messages.push(value);
    throw this.#late();
  }

  #late(): Error {
    return new Error(
      `Cannot ${this.#doing}: the message holds an object of a module that is not loaded yet; receive it by ${this.#instead}`,
    );
  }
}
