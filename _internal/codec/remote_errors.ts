const FIRST_FRAME = /\n\s+at /;

/** A class of errors that not every process has. */
export interface ClassReference {
  readonly name: string;
  /** The known module that exports it, or nothing. */
  readonly module: string;
  readonly exportName: string;
}

/** What an error is an instance of. */
export interface Ancestry {
  /** The nearest class that every process has. */
  readonly base: string;
  /** The classes before it, the error's own first. */
  readonly classes: readonly ClassReference[];
}

type ErrorClass = new (...args: never) => Error;

const knownModules = new Map<string, Record<string, unknown>>();

/**
 * Makes the exports of a module known. Errors of the classes among them arrive as themselves where
 * the same module is known, or one that exports a class of the same name.
 *
 * @param url the module's URL, the same in all processes
 * @param namespace what the module exports
 */
export function knowModule(
  url: string,
  namespace: Record<string, unknown>,
): void {
  knownModules.set(url, namespace);
}

/** What a module exports, if it was made known. */
export function knownModule(url: string): Record<string, unknown> | undefined {
  return knownModules.get(url);
}

/**
 * Puts the frames of who waits for an error above those of where it was thrown.
 *
 * @param error an error out of {@linkcode decode}, with the stack it came with
 * @param origin the process or thread it is from, by name
 * @param local the frames of whoever waits for it
 */
export function withRemoteStack(
  error: Error,
  origin: string,
  local: string,
): void {
  const remote = error.stack ?? "";
  const title = `${error.name}: ${error.message}`;
  const search = remote.startsWith(title) ? title.length : 0;
  const found = remote.slice(search).search(FIRST_FRAME);
  const split = found < 0 ? remote.length : search + found;
  Object.defineProperty(error, "stack", {
    value: `${remote.slice(0, split)}${local}\n  --- in ${origin} ---${
      remote.slice(split)
    }`,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Finds the classes by whose names the other side can tell what an error is. */
export function ancestryOf(error: Error): Ancestry {
  const classes: ClassReference[] = [];
  let prototype: unknown = Object.getPrototypeOf(error);
  while (typeof prototype === "object" && prototype !== null) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(
      prototype,
      "constructor",
    )?.value;
    if (typeof constructor === "function") {
      const name = String(constructor.name);
      if (platformClass(name) === constructor) return { base: name, classes };
      classes.push({ name, ...findExport(constructor) });
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return { base: "Error", classes };
}

/** The class that is nearest to what an error was elsewhere. */
export interface FoundClass {
  readonly errorClass: ErrorClass;
  /** The names of those that are nearer, but are not to be found. */
  readonly lacking: readonly string[];
}

/** Finds the class here that is nearest to what the error was there. */
export function findClass({ base, classes }: Ancestry): FoundClass {
  const lacking: string[] = [];
  for (const { name, module, exportName } of classes) {
    const namespace = knownModules.get(module);
    const errorClass = (namespace && errorClassIn(namespace, exportName)) ??
      namedClass(name) ?? errorClassIn(globalThis, name);
    if (errorClass !== undefined) return { errorClass, lacking };
    lacking.push(name);
  }
  return { errorClass: platformClass(base) ?? Error, lacking };
}

function findExport(
  value: unknown,
): { module: string; exportName: string } {
  for (const [module, namespace] of knownModules) {
    for (const exportName of Object.keys(namespace)) {
      if (errorClassIn(namespace, exportName) === value) {
        return { module, exportName };
      }
    }
  }
  return { module: "", exportName: "" };
}

function namedClass(name: string): ErrorClass | undefined {
  for (const namespace of knownModules.values()) {
    for (const exportName of Object.keys(namespace)) {
      const errorClass = errorClassIn(namespace, exportName);
      if (errorClass?.name === name) return errorClass;
    }
  }
  return undefined;
}

/** What the runtime itself has, as opposed to what a program has assigned. */
function platformClass(name: string): ErrorClass | undefined {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  return property !== undefined && !property.enumerable
    ? errorClassIn(globalThis, name)
    : errorClassIn(Deno.errors, name);
}

function errorClassIn(
  namespace: object,
  name: string,
): ErrorClass | undefined {
  if (!Object.hasOwn(namespace, name)) return undefined;
  let value: unknown;
  try {
    value = Reflect.get(namespace, name);
  } catch {
    // A module that is still loading throws for what it has not yet defined.
  }
  return isErrorClass(value) ? value : undefined;
}

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" &&
    (value === Error || value.prototype instanceof Error);
}
