import { complain } from "../_internal/complain.ts";
import { isPromise } from "../_internal/type_guards.ts";

/** Those of all objects that are there. */
const lives = new Set<Life>();

/**
 * How long an object of a manager lives: while somebody refers to it, and until calls
 * of it that are under way are done.
 */
export class Life {
  #holds = 0;
  #end: (() => unknown) | undefined;

  /** The object is there. */
  begin(end: () => unknown): void {
    this.#end = end;
    lives.add(this);
  }

  /** Goes on as the life that the same object has already, which may have had no end so far. */
  join(former: Life): void {
    former.#holds += this.#holds;
    former.#end ??= this.#end;
    lives.delete(this);
    lives.add(former);
  }

  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds === 0) this.end();
  }

  /** Lets the object end, if it has not. */
  end(): void {
    if (!lives.delete(this)) return;
    try {
      const ended = this.#end!();
      if (isPromise(ended)) ended.then(undefined, complain);
    } catch (error) {
      complain(error);
    }
  }
}

/** Lets all objects end, each once, whoever refers to them. */
export function endAllLives(): void {
  for (const life of [...lives]) life.end();
}
