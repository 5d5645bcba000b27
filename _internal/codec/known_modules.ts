/** A class of an error that the platform does not have. */
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
  /** The classes in front of it, the error's own first. */
  readonly classes: readonly ClassReference[];
}

type ErrorClass = new (...args: never) => Error;

const modules = new Map<string, Record<string, unknown>>();

/**
 * Makes the exports of a module known. Errors of the classes among them are sent by name and arrive
 * as themselves where the same module is known.
 *
 * @param url The module's URL, the same in all processes.
 * @param namespace What the module exports.
 */
export function knowModule(
  url: string,
  namespace: Record<string, unknown>,
): void {
  modules.set(url, namespace);
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

/** Finds the class here that is nearest to what the error was there. */
export function findClass({ base, classes }: Ancestry): ErrorClass {
  for (const { name, module, exportName } of classes) {
    const errorClass = exportedClass(module, exportName) ??
      namedClass(name) ?? globalClass(name);
    if (errorClass !== undefined) return errorClass;
  }
  return platformClass(base) ?? Error;
}

function findExport(
  value: unknown,
): { module: string; exportName: string } {
  for (const [module, namespace] of modules) {
    for (const exportName of Object.keys(namespace)) {
      if (read(namespace, exportName) === value) return { module, exportName };
    }
  }
  return { module: "", exportName: "" };
}

function exportedClass(
  module: string,
  exportName: string,
): ErrorClass | undefined {
  const namespace = modules.get(module);
  return namespace && asErrorClass(read(namespace, exportName));
}

function namedClass(name: string): ErrorClass | undefined {
  for (const namespace of modules.values()) {
    for (const exportName of Object.keys(namespace)) {
      const errorClass = asErrorClass(read(namespace, exportName));
      if (errorClass?.name === name) return errorClass;
    }
  }
}

function globalClass(name: string): ErrorClass | undefined {
  return asErrorClass(read(globalThis, name));
}

/** What the runtime itself has, which programs cannot add to by assignment. */
function platformClass(name: string): ErrorClass | undefined {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  if (property !== undefined && !property.enumerable) {
    return asErrorClass(property.value);
  }
  return asErrorClass(read(Deno.errors, name));
}

/** A module that is still being loaded throws for what it has not yet defined. */
function read(namespace: object, name: string): unknown {
  try {
    return Object.hasOwn(namespace, name)
      ? Reflect.get(namespace, name)
      : undefined;
  } catch {
    return undefined;
  }
}

function asErrorClass(value: unknown): ErrorClass | undefined {
  return isErrorClass(value) ? value : undefined;
}

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" &&
    (value === Error || value.prototype instanceof Error);
}
