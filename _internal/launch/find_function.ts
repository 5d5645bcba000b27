/** The exports of a module. */
export type Module = Readonly<Record<string, unknown>>;

/** A function that was found, or why there is none. */
export type Search<Value> = { readonly value: Value } | {
  readonly miss: string;
};

type Callable = (...args: unknown[]) => unknown;

/**
 * Looks for a function in a module by its source: among the exports, and one
 * level down in exported objects and classes. A function of the right name goes
 * first; by another name it has to be the only one with this source.
 *
 * @param module The module.
 * @param url Its URL, for the message.
 * @param name The name the function has where it was passed.
 * @param source Its source text.
 */
export function findFunction(
  module: Module,
  url: string,
  name: string,
  source: string,
): Search<Callable> {
  const exported = matching(Object.entries(module), name, source);
  const found = exported.length > 0
    ? exported
    : matching(Object.values(module).flatMap(members), name, source);
  if (found.length === 1) return { value: found[0][1] };
  if (found.length > 1) {
    const names = found.map(([key]) => key).join(", ");
    return { miss: `${url} has several functions with its source (${names})` };
  }
  if (Object.hasOwn(module, name)) {
    return {
      miss:
        `${url} exports "${name}", but it is not the function that was passed`,
    };
  }
  return { miss: noSuchExport(module, url) };
}

/** Says what a module exports instead. */
export function noSuchExport(module: Module, url: string): string {
  const names = Object.keys(module);
  const instead = names.length > 0
    ? `its exports: ${names.join(", ")}`
    : "it exports nothing";
  return `no such export in ${url} (${instead})`;
}

function matching(
  entries: readonly (readonly [string, unknown])[],
  name: string,
  source: string,
): readonly (readonly [string, Callable])[] {
  const found = new Map<Callable, string>();
  for (const [key, value] of entries) {
    if (
      !isFunction(value) || Function.prototype.toString.call(value) !== source
    ) continue;
    if (key === name) return [[key, value]];
    if (!found.has(value)) found.set(value, key);
  }
  return [...found].map(([value, key]) => [key, value]);
}

/** Own properties, without running any getter. */
function members(value: unknown): (readonly [string, unknown])[] {
  if (!isFunction(value) && (typeof value !== "object" || value === null)) {
    return [];
  }
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .map(([key, { value }]) => [key, value] as const);
}

function isFunction(value: unknown): value is Callable {
  return typeof value === "function";
}
