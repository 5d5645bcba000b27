import { CELL_KIND } from "../_internal/handles/mod.ts";
import {
  endedWell,
  HEADER,
  isAlive,
  isCell,
  type Memory,
} from "../_internal/memory/mod.ts";

/** Looks for clients that have ended, and for objects that nobody refers to any more. */
export class Lookout {
  readonly #memory: Memory;
  /** The ids of clients. */
  readonly #clients = new Set<number>();
  /** The cells and generations of objects. */
  readonly #objects = new Set<readonly [cell: number, generation: number]>();
  /** How many had died when we last looked at all. */
  #deaths: number | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Looks for the end of a client from now on. */
  addClient(id: number): void {
    this.#clients.add(id);
    // It may have ended before.
    this.#deaths = undefined;
  }

  /** Looks for the end of the cell of an object from now on. */
  addObject(cell: number, generation: number): void {
    this.#objects.add([cell, generation]);
  }

  /** Those who have ended since, and whether they did well. */
  takeEnded(): [id: number, well: boolean][] {
    const { words } = this.#memory;
    const deaths = Atomics.load(words, HEADER.DEATHS);
    if (deaths === this.#deaths) return [];
    this.#deaths = deaths;
    const ended: [number, boolean][] = [];
    for (const id of this.#clients) {
      if (isAlive(this.#memory, id)) continue;
      this.#clients.delete(id);
      // It stays until the slot is taken by another.
      ended.push([id, endedWell(this.#memory, id)]);
    }
    return ended;
  }

  /** The cells and generations of objects that are no more. */
  takeGone(): (readonly [cell: number, generation: number])[] {
    const gone = [...this.#objects].filter(([cell, generation]) =>
      !isCell(this.#memory, cell, CELL_KIND.MANAGED, generation)
    );
    for (const each of gone) this.#objects.delete(each);
    return gone;
  }
}
