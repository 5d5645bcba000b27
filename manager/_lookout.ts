import { CELL_KIND } from "../_internal/handles/mod.ts";
import {
  endedWell,
  HEADER,
  isAlive,
  isCell,
  type Memory,
} from "../_internal/memory/mod.ts";

/** What has become of others. */
export interface News {
  /** Clients that have ended, and whether they did well. */
  readonly ended: readonly [id: number, well: boolean][];
  /** Objects that nobody refers to any more. */
  readonly gone: readonly (readonly [cell: number, generation: number])[];
}

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

  /** What has become since of clients and, if that is asked for, of objects. */
  takeNews({ ofObjects }: { ofObjects: boolean }): News | undefined {
    const ended = this.#takeEnded();
    const gone = ofObjects ? this.#takeGone() : [];
    return ended.length === 0 && gone.length === 0
      ? undefined
      : { ended, gone };
  }

  #takeEnded(): [id: number, well: boolean][] {
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

  #takeGone(): (readonly [cell: number, generation: number])[] {
    const gone = [...this.#objects].filter(([cell, generation]) =>
      !isCell(this.#memory, cell, CELL_KIND.MANAGED, generation)
    );
    for (const each of gone) this.#objects.delete(each);
    return gone;
  }
}
