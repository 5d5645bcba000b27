/** The exports of a module. */
export type Module = Readonly<Record<string, unknown>>;

/** A function that was found, or why there is none. */
export type Search<Value> = { readonly value: Value } | {
  readonly miss: string;
  /** An export that may be the one that is meant. */
  readonly similar?: string;
};

/** What to look for. */
export interface Wanted {
  /** The name that it has where it was passed. */
  readonly name: string;
  /** Its source text. */
  readonly source: string;
  /** What it is exported as, if that is known: a name, and that of a member. */
  readonly exportedAs?: readonly string[];
}

type Callable = (...args: unknown[]) => unknown;
type Named<Value> = readonly [name: string, value: Value];

/**
 * Looks for a function in a module by its name and source: among the exports,
 * and one level down in exported objects and classes.
 *
 * All functions that are made by one line have the same source and the same
 * name, but not the same variables around them. So one that is exported by
 * another name, or is not the only one, is not taken without being told.
 *
 * @param url its URL, for the message
 * @param wanted what to look for
 * @param what what messages call it
 */
export function findFunction(
  module: Module,
  url: string,
  { name, source, exportedAs }: Wanted,
  what: "function" | "class" = "function",
): Search<Callable> {
  if (exportedAs !== undefined) {
    const value = exportedAs.reduce<unknown>(ownValue, module);
    return isFunction(value, source)
      ? { value }
      : notThere(module, url, exportedAs[0], what);
  }
  const found = similarTo(name, source, module);
  if (found.length === 0) return notThere(module, url, name, what);
  const distinct = new Map(found.map(([path, value]) => [value, path]));
  const own = found.find(([path]) => isNameOf(path, name));
  if (distinct.size === 1 && own !== undefined) return { value: own[1] };
  const paths = [...distinct.values()].join(", ");
  const miss = distinct.size > 1
    ? `${url} has several ${
      what === "class" ? "classes" : "functions"
    } with its source (${paths})`
    : `${url} exports a ${what} with its source by another name (${paths}), which may be another one`;
  return { miss, similar: found[0][0] };
}

function notThere(
  module: Module,
  url: string,
  name: string,
  what: string,
): Search<never> {
  return {
    miss: Object.hasOwn(module, name)
      ? `${url} exports "${name}", but it is not the ${what} that was passed`
      : noSuchExport(module, url),
  };
}

/** Says what a module exports instead. */
export function noSuchExport(module: Module, url: string): string {
  const names = Object.keys(module);
  const instead = names.length > 0
    ? `its exports: ${names.join(", ")}`
    : "it exports nothing";
  return `no such export in ${url} (${instead})`;
}

/** Own properties, without running any getter; none of arrays and views. */
export function membersOf(value: unknown): readonly Named<unknown>[] {
  if (typeof value !== "function" && Object(value) !== value) return [];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .map(([key, { value }]) => [key, value] as const);
}

/** The functions of this name and source, by what reaches them: `run`, `tasks.run`. */
function similarTo(
  name: string,
  source: string,
  module: Module,
): readonly Named<Callable>[] {
  const isSimilar = (entry: Named<unknown>): entry is Named<Callable> =>
    isFunction(entry[1], source) && entry[1].name === name;
  const exports: readonly Named<unknown>[] = Object.entries(module);
  const found = exports.filter(isSimilar);
  if (found.length > 0) return found;
  return exports
    .flatMap(([owner, value]) =>
      membersOf(value).map(([key, it]): Named<unknown> => [
        `${owner}.${key}`,
        it,
      ])
    )
    .filter(isSimilar);
}

/** Whether something that is reached so is called so, or is the default export. */
function isNameOf(path: string, name: string): boolean {
  return path === name || path === "default" || path.endsWith(`.${name}`);
}

function ownValue(holder: unknown, name: string): unknown {
  return Object(holder) === holder
    ? Object.getOwnPropertyDescriptor(holder, name)?.value
    : undefined;
}

function isFunction(value: unknown, source: string): value is Callable {
  return typeof value === "function" &&
    Function.prototype.toString.call(value) === source;
}
