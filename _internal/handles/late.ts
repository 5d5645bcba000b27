/**
 * Messages that were taken by a form that cannot wait, while modules for what is
 * in them have yet to be loaded. They are kept for the next who can.
 */
export class LateMessages<T> {
  readonly #messages: Promise<T>[] = [];

  /** The next of them, if there is one. */
  next(): Promise<T> | undefined {
    return this.#messages.shift();
  }

  /**
   * Gives a message back if it is there, and keeps it if it is late.
   *
   * @param doing what to say was attempted
   */
  settle(value: T | Promise<T>, doing: string, instead: string): T {
    if (!(value instanceof Promise)) return value;
    this.#messages.push(value);
    throw new Error(
      `Cannot ${doing}: the message holds an object of a module that is not loaded yet; receive it by ${instead}`,
    );
  }
}
