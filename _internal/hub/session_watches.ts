import { type Readiness, readinessOf, waitUntilReady } from "../parking/mod.ts";
import { isBlocked, type Request } from "./messages.ts";
import type { SessionAnswers } from "./session_answers.ts";
import type { SessionObjects } from "./session_objects.ts";

/** What a client asks to be told about: whether objects are ready. */
export class SessionWatches {
  readonly #objects: SessionObjects;
  readonly #answers: SessionAnswers;
  readonly #waits: Map<number, AbortController>;
  readonly #observed = new Map<number, Readiness>();

  /** @param waits how to give up what the client waits for */
  constructor(
    objects: SessionObjects,
    answers: SessionAnswers,
    waits: Map<number, AbortController>,
  ) {
    this.#objects = objects;
    this.#answers = answers;
    this.#waits = waits;
  }

  /** Forgets what is observed under a number. */
  end(number: number): void {
    this.#observed.delete(number);
  }

  /** Remembers how an object is now. */
  observe({ number, cell, generation }: Request): void {
    try {
      const readiness = readinessOf(this.#objects.at(cell, generation));
      if (readiness !== undefined) this.#observed.set(number, readiness);
    } catch {
      // Whoever looks is told.
    }
  }

  #observedAt(number: number): Readiness {
    const readiness = this.#observed.get(number);
    if (readiness !== undefined) return readiness;
    throw new Error("Cannot wait: the object no longer exists");
  }

  /** Says whether what is observed is ready. */
  look(request: Request): void {
    const { number, cell } = request;
    const asker = { number, isBlocked: isBlocked(request) };
    try {
      this.#answers.returned(asker, this.#observedAt(cell).isReady());
    } catch (error) {
      this.#answers.threw(asker, error);
    }
  }

  /** Says when it is. */
  async watch({ number, cell }: Request): Promise<void> {
    const asker = { number, isBlocked: false };
    const controller = new AbortController();
    this.#waits.set(number, controller);
    try {
      const readiness = this.#observedAt(cell);
      await waitUntilReady([readiness], { signal: controller.signal });
      this.#answers.returned(asker, true);
    } catch (error) {
      this.#answers.threw(asker, error);
    } finally {
      this.#waits.delete(number);
    }
  }
}
