import type { Channel } from "../channel/mod.ts";
import type { CellKind, Memory } from "../memory/mod.ts";
import type { TryResult } from "../parking/mod.ts";
import type { Holding, Pause } from "./holding.ts";
import type { Sharing } from "./shareable.ts";

/*
 * Where processes share no memory, the objects are at a hub, and the methods of
 * the public classes ask it. What asks, and how, is one table for each class; the
 * hub calls the methods themselves, by the same table.
 */

/** How a hub is asked for a method, or an accessor. */
export interface RelayedMethod {
  /** The argument that is a value of the user's. */
  readonly value?: number;
  /** The argument that is bytes. */
  readonly bytes?: number;
  /** The argument that says how long to wait. */
  readonly wait?: number;
  /** The method to call there, if it is another. */
  readonly as?: string;
  /** A method to call first there: what does not wait need not be a promise. */
  readonly quick?: string;
  /** Whether the caller need not wait for an answer while it has credit, see `Stream`. */
  readonly ahead?: boolean;
  /** Whether who calls it often may be lent what it will give next, see `Stream`. */
  readonly lends?: boolean;
  /** Whether nothing is sent to the object after it. */
  readonly last?: boolean;
  /** Whether the caller is blocked until there is an answer. */
  readonly sync?: boolean;
  /** Whether it is an accessor. */
  readonly accessor?: boolean;
  /** Whether what it gives never changes. */
  readonly constant?: boolean;
  /** Whether no answer is needed, as far as is known here; else the caller is blocked. */
  readonly post?: (object: object, args: readonly unknown[]) => boolean;
  /** What it gives, if that is more than a plain value. */
  readonly gives?: "value" | "try" | "guard";
  /** Makes the arguments for the hub of those of the caller. */
  readonly prepare?: (args: unknown[]) => unknown[];
  /** Leaves something to others until the hub has answered. */
  readonly pauses?: (object: object) => Pause | undefined;
  /** How often it lets go of what this isolate holds. */
  readonly released?: (args: readonly unknown[]) => number;
  /** What the hub may ask this isolate to do before it answers. */
  readonly doHere?: (object: object) => (what: unknown) => unknown;
  /** Does it by other methods. */
  readonly instead?: (object: object, args: unknown[]) => unknown;
  /** The error instead of the one that says that the hub has ended. */
  readonly lost?: (error: Error) => Error;
  /** Whether the method here is to be called, too, after the hub has been told. */
  readonly alsoHere?: boolean;
}

/** Of what needs no answer, as nothing can go wrong. */
export const ALWAYS = (): boolean => true;

/** How a hub is asked for what a class does. */
export type RelayedMethods = Readonly<Record<string, RelayedMethod>>;

/** What carries the calls of this isolate to a hub. */
export interface Relay {
  /** What stands for the memory of the hub. */
  readonly memory: Memory;
  /** A hold on a new object there. */
  create(kind: CellKind): Holding;
  /** The object for a cell of the hub that was told of. */
  adopt(
    sharing: Sharing<object>,
    cell: number,
    generation: number,
    parts: readonly object[],
  ): object;
  /** Lets the methods of a class ask the hub. */
  patch(prototype: object, methods: RelayedMethods): void;
}

/** What makes objects of a name, and the module that it is in. */
export interface Maker {
  readonly module: string;
  readonly make: (...args: never[]) => object | readonly object[];
}

/** Where the messages of an object go, for those who need not wait for each. */
export interface Stream {
  /** Where they are put. */
  readonly outbox: Channel;
  /** Where they are taken from, if who takes many may be shown some ahead. */
  readonly inbox?: Channel;
  /** Takes a message that was lent, once it is left to others. */
  readonly takeLent?: () => Promise<TryResult<unknown>>;
  /** Whether nobody will take what is put, so that senders must be told. */
  readonly isOver: boolean;
}

/** How objects of a class can be at a hub. */
export interface AtHub {
  /** Makes one there, of what {@linkcode Holding.madeOf} said. */
  readonly make: Maker["make"];
  readonly methods: RelayedMethods;
  /** Where what is sent to it goes, if anything is sent or taken ahead. */
  readonly stream?: (object: never) => Stream;
}

const RELAYED = Symbol("relayed");
const STREAM = Symbol("stream");
const makers = new Map<string, Maker>();
const prototypes: object[] = [];
let relay: Relay | undefined;

/** Lets objects of a class be at a hub. */
export function relayed<T extends object>(
  shared: { readonly prototype: T },
  name: string,
  module: string,
  { make, methods, stream }: AtHub,
): void {
  const { prototype } = shared;
  const inherited: object | undefined = methodsOf(prototype);
  Object.defineProperty(prototype, RELAYED, {
    value: Object.assign(Object.create(inherited ?? null), methods),
  });
  if (stream !== undefined) {
    Object.defineProperty(prototype, STREAM, {
      value(this: never): Stream {
        return stream(this);
      },
    });
  }
  prototypes.push(prototype);
  relayedMaker(name, { module, make });
  relay?.patch(prototype, methods);
}

/** Lets a hub make what is more than one object, or made in another way. */
export function relayedMaker(name: string, maker: Maker): void {
  makers.set(name, maker);
}

/** The modules of what this isolate has that can be at a hub. */
export function relayedModules(): readonly string[] {
  return [...new Set(Array.from(makers.values(), ({ module }) => module))];
}

/** What makes objects of that name, if its module is loaded. */
export function makerOf(name: string): Maker | undefined {
  return makers.get(name);
}

/** How a hub is asked for what an object does; `undefined` if it cannot be at one. */
export function methodsOf(object: object): RelayedMethods | undefined {
  return (object as { [RELAYED]?: RelayedMethods })[RELAYED];
}

/** Where the messages of an object go, if they may be sent ahead. */
export function streamOf(object: object): Stream | undefined {
  return (object as { [STREAM]?(): Stream })[STREAM]?.();
}

/** Lets this isolate ask a hub from now on. */
export function relayBy(newRelay: Relay): void {
  relay = newRelay;
  for (const prototype of prototypes) {
    const own = Object.getOwnPropertyDescriptor(prototype, RELAYED)!.value;
    newRelay.patch(prototype, { ...own });
  }
}

/** What carries the calls of this isolate, if its objects are at a hub. */
export function currentRelay(): Relay | undefined {
  return relay;
}

/** The same, if that memory stands for the hub's. */
export function relayOf(memory: Memory): Relay | undefined {
  return relay?.memory === memory ? relay : undefined;
}
