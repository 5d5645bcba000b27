/**
 * Participants to be woken a little later: what they need is about to be freed, and
 * whoever wakes before that has to sleep again. At the latest they are woken at the
 * end of the current job.
 */
export class LateWakes {
  readonly #ring: (slot: number) => void;
  #slots: number[] = [];
  #isDue = false;

  /** @param ring wakes the participant in a slot */
  constructor(ring: (slot: number) => void) {
    this.#ring = ring;
  }

  /** Wakes the participant in a slot, later. */
  add(slot: number): void {
    this.#slots.push(slot);
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  /** It is free now. */
  flush(): void {
    if (this.#slots.length === 0) return;
    const slots = this.#slots;
    this.#slots = [];
    for (const slot of slots) this.#ring(slot);
  }
}
