import type { Cargo } from "../channel/mod.ts";
import {
  HANDLE,
  type HandleDescription,
  type HandleLike,
} from "../codec/mod.ts";
import type { CellKind, Memory } from "../memory/mod.ts";
import { AT_HUB, IN_PROCESSES, IN_THREADS } from "./handle_words.ts";
import { createHolding, type Holding } from "./holding.ts";
import { type AtHub, currentRelay, methodsOf, relayed } from "./relay.ts";
import { show } from "./show.ts";

/** Where a value is being sent. */
export interface Destination {
  /**
   * `nothing`: a process that is not given what shared memory needs; `hub`: one that
   * asks a hub; `remote`: another program, over a socket.
   */
  readonly reach: "thread" | "process" | "nothing" | "hub" | "remote";
}

/** How objects of a class travel inside values. */
export interface Sharing<T extends object> {
  /** Name of the class. */
  readonly name: string;
  /** URL of the module that owns the class. */
  readonly module: string;
  readonly kind: CellKind;
  /** The hold of an object on its cell. */
  readonly holdingOf: (object: T) => Holding;
  /** Other shared objects that it is made of, which travel with it. */
  readonly partsOf?: (object: T) => readonly object[];
  /**
   * Makes an object; its constructor asks for its hold by {@linkcode holdingFor}.
   * The parts come from another participant, and are to be checked.
   */
  readonly create: (parts: readonly object[]) => T;
  /**
   * Makes an object for a cell that this isolate holds already, of what its hold
   * is bound to. Default: that is the object.
   */
  readonly again?: (bound: object, parts: readonly object[]) => T;
  /** How it can be at a hub, if it can. */
  readonly atHub?: AtHub;
  /** What to say if it lives in thread memory and is sent to a process. */
  readonly threadOnly?: string;
  /** What `console.log` shows of an object; may throw if it is closed. */
  readonly shows?: (object: T) => object;
  /** Called once an object is on its way. */
  readonly sent?: (object: T) => void;
}

/** How objects of a class travel that have no cell: by words and by their parts. */
export interface Composition<T extends object> {
  /** Name of the class. */
  readonly name: string;
  /** URL of the module that owns the class. */
  readonly module: string;
  /** @throws {TypeError} if the object cannot go there */
  readonly describe: (
    object: T,
    to: Destination,
  ) => Pick<HandleDescription, "words" | "parts">;
  /** Makes an object; what it is made of comes from another, and is to be checked. */
  readonly create: (
    words: readonly number[],
    parts: readonly object[],
  ) => object;
}

/** The cell behind a handle, which can be kept for as long as a message waits. */
export interface HandleCargo extends Cargo {
  /** The object. */
  readonly handle: HandleLike;
  /** @throws {TypeError} if it is no more */
  pin(): void;
  unpin(): void;
}

/** What gives the cell behind a handle. */
const CARGO = Symbol("cargo");
/** What gives the hold of an object. */
const HOLDING = Symbol("holding");
/** The name of an object's class, not of one that extends it elsewhere. */
const NAME = Symbol("name");

const NEEDS_FFI =
  "is bytes that every process must map, which needs Linux and --allow-ffi; use a Manager, or send a copy";
const STAYS_HERE =
  "stands for a socket of this process, and cannot be sent without --allow-ffi";
const STAYS =
  "lives in the memory of its program and cannot be sent over a socket";

const known = new Map<string, Sharing<object> | Composition<object>>();
let arriving: Holding | undefined;

/** Modules of the classes whose objects this isolate can send. */
export function sharedModules(): readonly string[] {
  return [...new Set([...known.values()].map(({ module }) => module))];
}

/** Lets objects of a class stand inside values that are sent. */
export function share<T extends object>(
  shared: { readonly prototype: T },
  sharing: Sharing<T>,
): void {
  known.set(sharing.name, sharing as unknown as Sharing<object>);
  const { name, module, atHub } = sharing;
  if (atHub !== undefined) relayed(shared, name, module, atHub);
  if (sharing.shows !== undefined) show(shared, sharing.shows);
  Object.defineProperties(shared.prototype, {
    [HANDLE]: {
      value(this: T, to: Destination): HandleDescription {
        return describeHandle(this, sharing, to);
      },
    },
    [HOLDING]: {
      value(this: T): Holding {
        return sharing.holdingOf(this);
      },
    },
    [NAME]: { value: sharing.name },
    [CARGO]: {
      value(this: T): HandleCargo {
        return cargoFor(this, sharing);
      },
    },
  });
}

/** @throws {TypeError} if the object cannot go there */
function describeHandle<T extends object>(
  object: T,
  sharing: Sharing<T>,
  to: Destination,
): HandleDescription {
  const { name, module } = sharing;
  const holding = sharing.holdingOf(object);
  const { memory } = holding;
  if (holding.isOver) throw new TypeError(over(name));
  if (to.reach === "remote") throw new TypeError(`a ${name} ${STAYS}`);
  if (
    memory.reach === "thread" && to.reach !== "thread" &&
    (to.reach !== "hub" || !isAtHub(object, holding, sharing))
  ) {
    const reason = methodsOf(object) === undefined ? NEEDS_FFI : STAYS_HERE;
    throw new TypeError(sharing.threadOnly ?? `this ${name} ${reason}`);
  }
  if (to.reach === "nothing") {
    throw new TypeError(
      `a ${name} is of no use in a process without --allow-ffi; give it by permissions: { ffi: true }`,
    );
  }
  const reach = memory.reach === "process"
    ? IN_PROCESSES
    : holding.isRelayed && to.reach === "thread"
    ? AT_HUB
    : IN_THREADS;
  const { cell, generation } = holding.place;
  return {
    kind: name,
    module,
    words: [reach, cell, generation],
    parts: sharing.partsOf?.(object),
  };
}

function cargoFor<T extends object>(
  object: T,
  sharing: Sharing<T>,
): HandleCargo {
  const holding = sharing.holdingOf(object);
  return {
    handle: object as unknown as HandleLike,
    memory: holding.memory,
    cell: holding.cell,
    sent: () => sharing.sent?.(object),
    pin() {
      if (holding.pin()) return;
      throw new TypeError(`Cannot send message: ${over(sharing.name)}`);
    },
    unpin: () => holding.unpin(),
  };
}

/** The hold of an object, if it is one of ours that has a cell. */
export function holdingOf(object: object): Holding | undefined {
  return (object as { [HOLDING]?(): Holding })[HOLDING]?.();
}

/** Name of the class of an object, as it is shared. */
export function sharedName(object: object): string {
  return (object as { [NAME]: string })[NAME];
}

/** How objects of that name travel, with a cell or without, if their module is loaded. */
export function waysOf(
  name: string,
): Sharing<object> | Composition<object> | undefined {
  return known.get(name);
}

/** How objects of that name travel, if their module is loaded and they have a cell. */
export function sharingOf(name: string): Sharing<object> | undefined {
  const ways = waysOf(name);
  return ways === undefined || "describe" in ways ? undefined : ways;
}

/** Whether clients of a hub can ask for the object. */
function isAtHub<T extends object>(
  object: T,
  holding: Holding,
  { threadOnly }: Sharing<T>,
): boolean {
  return threadOnly === undefined && (holding.isRelayed ||
    currentRelay() === undefined && methodsOf(object) !== undefined);
}

/** Lets objects of a class stand inside values that are sent, made of others that can. */
export function shareParts<T extends object>(
  shared: { readonly prototype: T },
  composition: Composition<T>,
): void {
  const { name, module } = composition;
  known.set(name, composition as unknown as Composition<object>);
  Object.defineProperty(shared.prototype, HANDLE, {
    value(this: T, to: Destination): HandleDescription {
      return { kind: name, module, ...composition.describe(this, to) };
    },
  });
}

/** The hold for an object under construction: the one it arrived with, or a new one. */
export function holdingFor(kind: CellKind, memory: () => Memory): Holding {
  const holding = arriving ?? createHolding(memory(), kind);
  arriving = undefined;
  return holding;
}

/** Whether an object is being made for a handle that arrived. */
export function isArriving(): boolean {
  return arriving !== undefined;
}

/** Makes an object with a given hold. */
export function createWith<T extends object>(
  holding: Holding,
  create: () => T,
): T {
  arriving = holding;
  try {
    return create();
  } finally {
    arriving = undefined;
  }
}

/** The cells behind the handles in a value. */
export function cargoOf(handles: readonly object[]): readonly HandleCargo[] {
  return handles.flatMap((handle) =>
    (handle as { [CARGO]?(): HandleCargo })[CARGO]?.() ?? []
  );
}

function over(name: string): string {
  return `this ${name} is closed`;
}
