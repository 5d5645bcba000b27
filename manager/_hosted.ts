import type { Call } from "./_call.ts";
import { Life } from "./_life.ts";

/** What is done for a call: gives the result, or a promise of it, or throws. */
export type Method<T> = (
  object: T,
  args: readonly unknown[],
  call: Call,
) => unknown;

/** What objects of a type can do. */
export interface HostedType<T> {
  /** What it is called in messages: the class of its proxies. */
  readonly name: string;
  /** Whether it is a class of the program. */
  readonly isOwn?: boolean;
  /**
   * Whether calls leave nothing with who asks: they are done even if they have to wait,
   * and who asked has ended meanwhile.
   */
  readonly isData?: boolean;
  /** Makes an object, of the arguments of the call. */
  create(call: Call): T | Promise<T>;
  /** Finds a method that others may call. */
  find(method: string): Method<T> | undefined;
  /** Called once nobody refers to the object and its calls are done, or the manager ends. */
  end?(object: T): unknown;
}

/** A type of objects by its methods. */
export function hostedType<T>(
  name: string,
  create: (call: Call) => T | Promise<T>,
  methods: Readonly<Record<string, Method<T>>>,
  end?: (object: T) => unknown,
): HostedType<unknown> {
  const table = new Map(Object.entries(methods));
  const type: HostedType<T> = {
    name,
    create,
    find: (method) => table.get(method),
    end,
  };
  return type as HostedType<unknown>;
}

/** {@linkcode hostedType}, of objects that are mere data. */
export function dataType<T>(
  ...args: Parameters<typeof hostedType<T>>
): HostedType<unknown> {
  return { ...hostedType(...args), isData: true };
}

/** An object of a type that was not known before it was made. */
export class Made {
  readonly type: HostedType<unknown>;
  readonly object: unknown;

  constructor(type: HostedType<unknown>, object: unknown) {
    this.type = type;
    this.object = object;
  }
}

/** A result that other calls of the object wait for. */
export class Exclusive {
  readonly result: Promise<unknown>;

  constructor(result: Promise<unknown>) {
    this.result = result;
  }
}

/** An object that the manager has for others. */
export class Hosted {
  /** What it can do; nothing while it is being made, or if it could not be. */
  type: HostedType<unknown> | undefined;
  object: unknown;
  /** Why it could not be made. */
  problem: { readonly error: unknown } | undefined;
  #life = new Life();
  /** How many calls are under way that others wait for. */
  #occupants = 0;
  /** Those who wait. */
  #backlog: (() => void)[] = [];

  /** It is there. */
  made(type: HostedType<unknown>, object: unknown): void {
    this.type = type;
    this.object = object;
    const { end } = type;
    if (end !== undefined) this.#life.begin(() => end(object));
  }

  /** It is the same object as another, and ends with that. */
  isSameAs(other: Hosted): void {
    if (this.#life === other.#life) return;
    this.#life.join(other.#life);
    this.#life = other.#life;
  }

  /** Keeps it from ending. */
  hold(): void {
    this.#life.hold();
  }

  /** Lets it end, if nothing else keeps it from that. */
  release(): void {
    this.#life.release();
  }

  /** Whether it is not yet known if it could be made. */
  get isBeingMade(): boolean {
    return this.type === undefined && this.problem === undefined;
  }

  /** Whether calls have to wait. */
  get isOccupied(): boolean {
    return this.#occupants > 0;
  }

  /** Does something as soon as calls have not to wait. */
  later(perform: () => void): void {
    this.#backlog.push(perform);
  }

  /** Lets calls wait until a promise is settled; it does not end before they are done. */
  occupy(until: Promise<unknown>): void {
    this.#occupants++;
    this.hold();
    const leave = () => {
      this.#occupants--;
      while (!this.isOccupied && this.#backlog.length > 0) {
        this.#backlog.shift()!();
      }
      this.release();
    };
    until.then(leave, leave);
  }
}
