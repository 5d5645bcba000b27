import {
  CELL_KIND,
  type Destination,
  type Holding,
  holdingFor,
  share,
} from "../_internal/handles/mod.ts";
import { widestMemory } from "../_internal/memory/mod.ts";
import { Desk } from "./_desk.ts";
import { wordsOfLabel } from "./_label_words.ts";
import { localClientOf } from "./_local_clients.ts";
import type { Client } from "./_client.ts";
import type { RequestTarget } from "./_messages.ts";
import { ObjectRef, type RefDescription } from "./_object_ref.ts";

/** Those that are closed and kept, if they are collected with who kept them. */
const collected = new FinalizationRegistry<Holding>((holding) =>
  holding.unpin()
);

/**
 * Refers to an object of a manager of this program. The object has a cell, which
 * counts who refers to it as for any shared object; the manager drops the object
 * when the cell is no more.
 */
export class LocalRef extends ObjectRef {
  static {
    share(LocalRef, {
      name: "ManagedObject",
      module: import.meta.url,
      kind: CELL_KIND.MANAGED,
      holdingOf: (ref) => ref.#holding,
      partsOf: (ref) => [ref.desk],
      create: ([desk]) => new LocalRef(desk),
      atHub: { make: (desk: object) => new LocalRef(desk), methods: {} },
    });
  }

  readonly desk: Desk;
  override readonly target: RequestTarget;
  readonly #holding: Holding;
  #isPinned = false;

  /** Refers to an object that the manager of that desk is about to make. */
  constructor(desk: object) {
    super();
    if (!(desk instanceof Desk)) {
      throw new TypeError("Cannot receive a managed object: it has no manager");
    }
    this.desk = desk;
    this.#holding = holdingFor(CELL_KIND.MANAGED, widestMemory);
    const { cell, generation } = this.#holding.place;
    this.target = [cell + 1, generation];
    this.#holding.bind(this);
    this.#holding.madeOf([desk]);
  }

  override get client(): Client {
    return localClientOf(this.desk);
  }

  protected override letGo(): void {
    if (!this.#isPinned) return this.#holding.release();
    collected.unregister(this);
    this.#holding.unpin();
  }

  protected override keepOn(): void {
    this.#isPinned = this.#holding.pin();
    if (this.#isPinned) collected.register(this, this.#holding, this);
    this.#holding.release();
  }

  override describe(to: Destination): RefDescription {
    if (to.reach === "remote") return exported(this, to);
    return { words: wordsOfLabel(this.label), parts: [this] };
  }
}

/** Where objects are told of to programs that are not of this one. */
export interface ExportDestination extends Destination {
  /** Gives the number by which the other program is to know the object. */
  exportRef(ref: ObjectRef): number;
}

function exported(ref: LocalRef, to: Destination): RefDescription {
  if (!("exportRef" in to)) {
    throw new TypeError(
      "a proxy cannot be sent over a socket; connect to its manager there, by Manager.connect()",
    );
  }
  const id = (to as ExportDestination).exportRef(ref);
  return { words: [id, ...wordsOfLabel(ref.label)], parts: [] };
}
