import { decode, DecodeError } from "../codec/mod.ts";
import {
  abandonAll,
  adoptHolding,
  CELL_KIND,
  createWith,
  Holding,
  holdingOf,
  makerOf,
  sharingOf,
  withReserved,
} from "../handles/mod.ts";
import {
  allocateCell,
  CELL,
  CELL_COUNT,
  cellAt,
  generationOf,
  isHeldBy,
  type Memory,
  withWidestMemory,
} from "../memory/mod.ts";
import type { Request } from "./messages.ts";

/** What a client has of a cell. */
interface Entry {
  readonly generation: number;
  object: object | undefined;
  /** Why there is none. */
  failure: unknown;
  /** How many handles the client has of it. */
  handles: number;
}

/** A cell and its generation. */
type Place = [cell: number, generation: number];

/**
 * The generation of each cell that a client has had. The threads of a process share them, as they
 * hand each other what they have without asking the hub.
 */
export type CellsHad = Map<number, number>;

/** The objects that a client of a hub has, made and held as that participant. */
export class SessionObjects {
  readonly #memory: Memory;
  readonly #had: CellsHad;
  readonly #entries = new Map<number, Entry>();
  /** What is on its way to the client, by delivery. */
  readonly #deliveries = new Map<number, readonly Holding[]>();

  /** @param had the cells that threads of its process have had so far */
  constructor(memory: Memory, had: CellsHad) {
    this.#memory = memory;
    this.#had = had;
  }

  /**
   * The object that the client means.
   *
   * @throws {Error} if there is none any more, or none could be made
   */
  at(cell: number, generation: number): object {
    const entry = this.#entries.get(cell);
    if (entry?.generation !== generation) {
      throw new Error("Cannot use a shared object: it no longer exists");
    }
    if (entry.object === undefined) throw entry.failure;
    return entry.object;
  }

  /** The same; `undefined` if there is none. */
  find(cell: number, generation: number): object | undefined {
    const entry = this.#entries.get(cell);
    return entry?.generation === generation ? entry.object : undefined;
  }

  /** The objects of cells and generations, given in turn. */
  allAt(cells: readonly number[]): object[] {
    return placesIn(cells).map(([cell, generation]) =>
      this.at(cell, generation)
    );
  }

  /** A value that the client has sent, with its objects in it. */
  decode(body: Uint8Array): unknown[] {
    return decode(body, {
      revive: ({ words: [, cell, generation] }) => this.at(cell, generation),
    }) as unknown[];
  }

  /** Takes cells for new objects; gives their numbers and generations in turn. */
  reserve(count: number): number[] {
    return Array.from({ length: count }, () => {
      const cell = allocateCell(this.#memory, CELL_KIND.RESERVED);
      return [cell, generationOf(this.#memory, cell)];
    }).flat();
  }

  /**
   * Makes an object, and what it is made of, in reserved cells.
   *
   * @returns how many cells that took
   */
  create({ name, cell, generation, cells, body }: Request): number {
    const places: Place[] = [[cell, generation], ...placesIn(cells)];
    const entries = places.map(([cell, generation]) =>
      this.#enter(cell, generation)
    );
    try {
      const maker = makerOf(name);
      if (maker === undefined) throw new Error(`Cannot create ${name}`);
      const [, ...args] = this.decode(body);
      const numbers = places.map((place) => this.#reserved(place));
      const made = withWidestMemory(
        this.#memory,
        () => withReserved(numbers, () => maker.make(...args as never[])),
      );
      const objects = Array.isArray(made) ? made : [made];
      objects.forEach((object, n) => {
        entries[n].object = object;
        this.#had.set(...places[n]);
      });
    } catch (error) {
      for (const entry of entries) entry.failure = error;
    }
    return places.length;
  }

  /** Makes an object for a cell that the client was told of. */
  bind(request: Request): void {
    const { cell, generation } = request;
    const known = this.#entries.get(cell);
    const entry = known?.generation === generation
      ? known
      : this.#enter(cell, generation);
    if (entry === known) {
      entry.handles++;
      if (entry.object === undefined || !isOver(entry.object)) return;
    }
    try {
      entry.object = this.#adopt(request);
    } catch (error) {
      entry.object = undefined;
      entry.failure = error;
    }
  }

  /** Whether the client has one handle of it. */
  isLast(cell: number, generation: number): boolean {
    const entry = this.#entries.get(cell);
    return entry?.generation === generation && entry.handles === 1;
  }

  /** The client needs one handle less. */
  release(cell: number, generation: number): void {
    const entry = this.#entries.get(cell);
    if (entry?.generation !== generation || --entry.handles > 0) return;
    this.#entries.delete(cell);
    if (entry.object !== undefined) holdingOf(entry.object)?.release();
  }

  /** Keeps what is on its way to the client, which holds it already. */
  deliver(delivery: number, cells: readonly number[]): void {
    const holdings = cells.map((cell) => {
      // Now: another thread of its process may bind it first.
      this.#had.set(cell, generationOf(this.#memory, cell));
      const object = this.#entries.get(cell)?.object;
      const known = object && holdingOf(object);
      if (known !== undefined && known.takeBack() && known.pin()) return known;
      const kind = Atomics.load(this.#memory.words, cellAt(cell) + CELL.KIND);
      const holding = new Holding(this.#memory, kind, cell).begin();
      holding.pin();
      return holding;
    });
    this.#deliveries.set(delivery, holdings);
  }

  /** The client has bound what it needs of a delivery. */
  acknowledge(delivery: number): void {
    for (const holding of this.#deliveries.get(delivery) ?? []) {
      holding.unpin();
      // Nobody has come to need it.
      if (!this.#entries.has(holding.cell)) holding.release();
    }
    this.#deliveries.delete(delivery);
  }

  /** The client has ended, and holds nothing any more. */
  end(): void {
    abandonAll(this.#memory);
    this.#entries.clear();
    this.#deliveries.clear();
  }

  #adopt({ name, cell, generation, body }: Request): object {
    const sharing = sharingOf(name);
    if (sharing === undefined) throw new Error(`Cannot receive a ${name}`);
    if (!this.#mayHave(cell, generation)) {
      throw new Error(
        `Cannot receive a ${name}: it was not given to this process`,
      );
    }
    const [, ...parts] = this.decode(body) as [string, ...object[]];
    const object = withWidestMemory(this.#memory, () => {
      const held = adoptHolding(this.#memory, sharing.kind, cell, generation);
      return held instanceof Holding
        ? createWith(held, () => sharing.create(parts))
        : held;
    });
    this.#had.set(cell, generation);
    return object;
  }

  /** Whether it was handed the cell, or has it from a thread of its process that was. */
  #mayHave(cell: number, generation: number): boolean {
    return this.#had.get(cell) === generation || this.#isHeld(cell);
  }

  #isHeld(cell: number): boolean {
    return cell >= 0 && cell < CELL_COUNT &&
      isHeldBy(this.#memory, cell, this.#memory.self);
  }

  #enter(cell: number, generation: number): Entry {
    const entry: Entry = {
      generation,
      object: undefined,
      failure: undefined,
      handles: 1,
    };
    this.#entries.set(cell, entry);
    return entry;
  }

  #reserved([cell, generation]: Place): number {
    const { words } = this.#memory;
    if (
      this.#isHeld(cell) &&
      generationOf(this.#memory, cell) === generation &&
      Atomics.load(words, cellAt(cell) + CELL.KIND) === CELL_KIND.RESERVED
    ) return cell;
    throw new DecodeError("a cell of a new object is not reserved");
  }
}

function placesIn(cells: readonly number[]): Place[] {
  return Array.from(
    { length: cells.length >> 1 },
    (_, n) => [cells[n * 2], cells[n * 2 + 1]],
  );
}

function isOver(object: object): boolean {
  return holdingOf(object)?.isOver ?? false;
}
