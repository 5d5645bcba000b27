import {
  allocateCell,
  type CellKind,
  generationOf,
  hold,
  holdAgain,
  isCell,
  letGo,
  type Memory,
} from "../memory/mod.ts";
import { parkingOf } from "../parking/mod.ts";
import { release, sweep } from "./reap.ts";

/** Objects of this isolate for one cell; the last to go lets go of it. */
interface Local {
  count: number;
  object?: WeakRef<object>;
  holding?: Holding;
}

const locals = new Map<Memory, Map<number, Local>>();
const collected = new FinalizationRegistry<Holding>((holding) =>
  holding.release()
);

/** This isolate's hold on a cell. */
export class Holding {
  readonly memory: Memory;
  readonly kind: CellKind;
  readonly cell: number;
  readonly generation: number;
  #released = false;
  #given = false;

  constructor(memory: Memory, kind: CellKind, cell: number) {
    this.memory = memory;
    this.kind = kind;
    this.cell = cell;
    this.generation = generationOf(memory, cell);
    parkingOf(memory).onTick ??= () => sweep(memory);
    localsOf(memory, cell).count++;
  }

  /** Ties the hold to an object: it ends when the object is collected at the latest. */
  bind(object: object): void {
    const local = localsOf(this.memory, this.cell);
    local.object = new WeakRef(object);
    local.holding = this;
    collected.register(object, this, this);
  }

  /** Whether it has been let go. */
  get isReleased(): boolean {
    return this.#released;
  }

  /** Lets go of the cell, if this is the isolate's last hold on it. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    collected.unregister(this);
    const cells = locals.get(this.memory)!;
    const local = cells.get(this.cell)!;
    if (--local.count > 0) return;
    cells.delete(this.cell);
    if (!this.#given) this.#letGo();
  }

  /**
   * Keeps the object usable without counting as a holder: it has been given to
   * another participant.
   */
  give(): void {
    if (this.#given || this.#released) return;
    this.#given = true;
    this.#letGo();
  }

  /** Counts as a holder again, if it was given away. */
  takeBack(): void {
    if (!this.#given || this.#released) return;
    this.#given = !holdAgain(
      this.memory,
      this.cell,
      this.kind,
      this.generation,
    );
  }

  #letGo(): void {
    const { memory, cell } = this;
    if (!isCell(memory, cell, this.kind, this.generation)) return;
    if (letGo(memory, cell, memory.self)) release(memory, cell);
  }
}

/** A hold on a new cell. */
export function createHolding(memory: Memory, kind: CellKind): Holding {
  return new Holding(memory, kind, allocateCell(memory, kind));
}

/** A hold on a cell that came in a message; or the object that has it already. */
export function adoptHolding(
  memory: Memory,
  kind: CellKind,
  cell: number,
  generation: number,
): Holding | object {
  if (!isCell(memory, cell, kind, generation)) {
    throw new Error("Cannot receive a shared object: it no longer exists");
  }
  const local = locals.get(memory)?.get(cell);
  const known = local?.object?.deref();
  if (known !== undefined) {
    local!.holding!.takeBack();
    return known;
  }
  hold(memory, cell, memory.self);
  return new Holding(memory, kind, cell);
}

function localsOf(memory: Memory, cell: number): Local {
  let cells = locals.get(memory);
  if (cells === undefined) locals.set(memory, cells = new Map());
  let local = cells.get(cell);
  if (local === undefined) {
    cells.set(cell, local = { count: 0 });
  }
  return local;
}
