import {
  allocateCell,
  type CellKind,
  generationOf,
  hold,
  holdAgain,
  isCell,
  letGo,
  type Memory,
  setKind,
} from "../memory/mod.ts";
import { parkingOf } from "../parking/mod.ts";
import { releaseCell, sweepInTurn } from "./reap.ts";
import { relayOf } from "./relay.ts";

/** The object of this isolate for a cell. */
interface Local {
  readonly holding: Holding;
  object?: WeakRef<object>;
}

const locals = new Map<Memory, Map<number, Local>>();
const collected = new FinalizationRegistry<Holding>((holding) =>
  holding.release()
);

/** Cells that were reserved for what is being made. */
let reserved: number[] = [];

/** The time for which others may have what is held. */
export interface Pause {
  /** What the guards of it have in common. */
  readonly tenure: object;
  /** It is held here again. */
  end(): void;
}

/** This isolate's hold on a cell. */
export class Holding {
  readonly memory: Memory;
  readonly kind: CellKind;
  readonly cell: number;
  readonly generation: number;
  /** Whether the cell is at a hub, and this isolate only asks it. */
  readonly isRelayed: boolean = false;
  /** How often this isolate holds what is at a hub, as far as it knows. */
  held: number | undefined;
  #released = false;
  #given = false;
  /** Messages that name the cell and wait to be sent. */
  #pins = 0;

  constructor(memory: Memory, kind: CellKind, cell: number) {
    this.memory = memory;
    this.kind = kind;
    this.cell = cell;
    this.generation = generationOf(memory, cell);
  }

  /** Makes it the hold of this isolate on its cell. */
  begin(): this {
    const { memory, cell } = this;
    parkingOf(memory).onTick ??= () => sweepInTurn(memory);
    const cells = localsOf(memory);
    const known = cells.get(cell)?.holding;
    // Its object has been collected, and what is left of it must not let go.
    if (known?.generation === this.generation) known.#abandon();
    cells.set(cell, { holding: this });
    return this;
  }

  /** Which cell it is, for others. */
  get place(): { readonly cell: number; readonly generation: number } {
    return this;
  }

  /**
   * Says what the object was made of, for a hub.
   *
   * @param others holds of what was made together with it
   */
  madeOf(
    _args: readonly unknown[],
    _others: readonly Holding[] = [],
    _maker?: string,
  ): void {}

  /** Ties the hold to an object: it ends when the object is collected at the latest. */
  bind(object: object): void {
    localsOf(this.memory).get(this.cell)!.object = new WeakRef(object);
    collected.register(object, this, this);
  }

  /** Whether there is no cell behind it any more for the object's own use. */
  get isOver(): boolean {
    return this.#released ||
      (this.#given &&
        !isCell(this.memory, this.cell, this.kind, this.generation));
  }

  /** Whether it has been given to another participant. */
  get isGiven(): boolean {
    return this.#given;
  }

  /** Lets go of the cell. */
  release(): void {
    if (this.#released) return;
    this.#abandon();
    const cells = localsOf(this.memory);
    if (cells.get(this.cell)?.holding === this) cells.delete(this.cell);
    if (!this.#given && this.#pins === 0) this.#letGo();
  }

  /**
   * Keeps the object usable without counting as a holder: it has been given to
   * another participant.
   */
  give(): void {
    if (this.#given || this.#released) return;
    this.#given = true;
    if (this.#pins === 0) this.#letGo();
  }

  /**
   * Counts as a holder again, if it was given away.
   *
   * @returns `false` if the cell is no more
   */
  takeBack(): boolean {
    if (!this.#given) return true;
    this.#given = this.#pins === 0 && !this.#holdAgain();
    return !this.#given;
  }

  /**
   * Holds the cell for a message that is to carry it, whatever becomes of the
   * object.
   *
   * @returns `false` if it is let go already, or is no more
   */
  pin(): boolean {
    if (this.#pins === 0) {
      if (this.#released || (this.#given && !this.#holdAgain())) return false;
    }
    this.#pins++;
    return true;
  }

  /** Ends what {@linkcode pin} began. */
  unpin(): void {
    if (--this.#pins === 0 && (this.#given || this.#released)) this.#letGo();
  }

  /** Leaves what is held at a hub to others, for a time. */
  pause(): Pause | undefined {
    return undefined;
  }

  /** Ends it where its participant has ended, so that nothing is left to let go. */
  abandon(): void {
    this.#abandon();
  }

  #abandon(): void {
    this.#released = true;
    collected.unregister(this);
  }

  #holdAgain(): boolean {
    return holdAgain(this.memory, this.cell, this.kind, this.generation);
  }

  #letGo(): void {
    const { memory, cell } = this;
    if (!isCell(memory, cell, this.kind, this.generation)) return;
    // The isolate has one bit: another object may have come to hold the cell.
    const local = localsOf(memory).get(cell);
    if (local !== undefined && local.holding !== this) return;
    if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
  }
}

/** A hold on a new cell. */
export function createHolding(memory: Memory, kind: CellKind): Holding {
  const relayed = relayOf(memory)?.create(kind);
  if (relayed !== undefined) return relayed;
  const cell = reserved.shift();
  if (cell === undefined) {
    return new Holding(memory, kind, allocateCell(memory, kind)).begin();
  }
  setKind(memory, cell, kind);
  return new Holding(memory, kind, cell).begin();
}

/** Makes something that takes given cells, which are held already. */
export function withReserved<T>(cells: readonly number[], make: () => T): T {
  reserved = [...cells];
  try {
    return make();
  } finally {
    reserved = [];
  }
}

/** A hold on a cell that came in a message; or the object that has it already. */
export function adoptHolding(
  memory: Memory,
  kind: CellKind,
  cell: number,
  generation: number,
): Holding | object {
  if (!isCell(memory, cell, kind, generation)) throw goneError();
  const local = localsOf(memory).get(cell);
  if (local?.holding.generation === generation) {
    const known = local.object?.deref();
    if (known !== undefined) {
      local.holding.takeBack();
      return known;
    }
  }
  hold(memory, cell, memory.self);
  return new Holding(memory, kind, cell).begin();
}

/** What to throw where an object arrives that is no more. */
export function goneError(): Error {
  return new Error("Cannot receive a shared object: it no longer exists");
}

/** Ends all holds of a participant that has ended, so that they let go of nothing. */
export function abandonAll(memory: Memory): void {
  for (const { holding } of localsOf(memory).values()) holding.abandon();
  locals.delete(memory);
}

function localsOf(memory: Memory): Map<number, Local> {
  let cells = locals.get(memory);
  if (cells === undefined) locals.set(memory, cells = new Map());
  return cells;
}
