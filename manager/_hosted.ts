import type { Call } from "./_call.ts";

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
  /** Makes an object, of the arguments of the call. */
  create(call: Call): T | Promise<T>;
  /** Finds a method that others may call. */
  find(method: string): Method<T> | undefined;
  /** Called when nobody refers to the object any more, or the manager ends. */
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
  /** How many cells refer to it. */
  references = 0;
  /** Why it could not be made. */
  problem: { readonly error: unknown } | undefined;
  /** How many calls are under way that others wait for. */
  #occupants = 0;
  /** Those who wait. */
  #backlog: (() => void)[] = [];

  /** Whether calls have to wait. */
  get isOccupied(): boolean {
    return this.#occupants > 0;
  }

  /** Does something as soon as calls have not to wait. */
  later(perform: () => void): void {
    this.#backlog.push(perform);
  }

  /** Lets calls wait until a promise is settled. */
  occupy(until: Promise<unknown>): void {
    this.#occupants++;
    const leave = () => {
      this.#occupants--;
      while (!this.isOccupied && this.#backlog.length > 0) {
        this.#backlog.shift()!();
      }
    };
    until.then(leave, leave);
  }
}
