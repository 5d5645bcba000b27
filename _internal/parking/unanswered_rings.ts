import { callLater } from "./call_later.ts";

/** Milliseconds, at least, in which who has been rung is to look. */
const ANSWER_MS = 2;
/** Most rings that are remembered; of others, who looks for the dead takes care. */
const MOST = 16;

/** Whom we have rung, and for which list. */
interface Ring {
  readonly slot: number;
  readonly list: number;
}

/**
 * The rings of a moment ago. Who computes hears its bell only when its event loop
 * turns, so it is asked a little later whether it has looked.
 */
export class UnansweredRings {
  readonly #ask: (slot: number, list: number) => void;
  #recent: Ring[] = [];
  #due: Ring[] = [];
  /** When those of now became recent, or due. */
  #since = 0;
  #hasTimer = false;

  /** @param ask asks the one in a slot whether it has looked, and if not rings others */
  constructor(ask: (slot: number, list: number) => void) {
    this.#ask = ask;
  }

  /** Remembers a ring. */
  add(slot: number, list: number): void {
    const recent = this.#recent;
    for (const ring of recent) {
      if (ring.slot === slot && ring.list === list) return;
    }
    if (recent.length === MOST) return;
    if (this.pause === Infinity) this.#since = performance.now();
    recent.push({ slot, list });
    if (!this.#hasTimer) this.#askLater();
  }

  /** In how many milliseconds a thread that blocks, and has no timer, is to ask. */
  get pause(): number {
    return this.#recent.length + this.#due.length > 0 ? ANSWER_MS : Infinity;
  }

  /** Asks those who have had all of the time. */
  ask(): void {
    if (this.pause === Infinity) return;
    const now = performance.now();
    if (now - this.#since < ANSWER_MS) return;
    this.#since = now;
    const due = this.#due;
    this.#due = this.#recent;
    this.#recent = [];
    for (const { slot, list } of due) this.#ask(slot, list);
  }

  #askLater(): void {
    this.#hasTimer = true;
    callLater(ANSWER_MS, () => {
      this.#hasTimer = false;
      this.ask();
      if (this.pause !== Infinity && !this.#hasTimer) this.#askLater();
    });
  }
}
