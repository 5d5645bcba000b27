import {
  compileInline,
  INLINE_URL,
  missingVariable,
} from "./compile_inline.ts";
import {
  findFunction,
  type Module,
  noSuchExport,
  type Search,
} from "./find_function.ts";
import type { Whereabouts } from "./own_exports.ts";
import type { TargetDescription, TargetOf } from "./target.ts";

/** Imports a module by its absolute URL. */
export type ImportModule = (url: string) => Promise<Module>;

/** A function that was found, or compiled. */
export interface ResolvedTarget {
  readonly call: (...args: unknown[]) => unknown;
  /** The module it was found in. */
  readonly module?: string;
  /** Whether it runs from its source, without the variables around it. */
  readonly inline: boolean;
}

/** Of what `deno eval`, `deno repl` and standard input run. */
const NO_MODULE = "the program is no module that others can import";

type Miss = Extract<Search<never>, { readonly miss: string }> & {
  /** What a module threw as it was imported. */
  readonly failure?: unknown;
};

/** Why the functions that run from their source are not taken from a module. */
const missed = new WeakMap<TargetDescription, Miss>();

/**
 * Finds the function of a description, or compiles it.
 *
 * @param description a description of a function
 * @param importModule imports its modules
 * @throws {TypeError} if there is no such function; says where it was looked for
 * @throws what a module throws while it is imported
 */
export async function resolveTarget(
  description: TargetDescription,
  importModule: ImportModule,
): Promise<ResolvedTarget> {
  switch (description.kind) {
    case "inline":
      return { call: compileInline(description.source), inline: true };
    case "module":
      return await resolveNamed(description, importModule);
    case "export":
      return await resolveExport(description, importModule);
    case "subclass":
      throw new TypeError(
        `Cannot run target "${description.name}": it is a class`,
      );
  }
}

/**
 * Finds the class of a description.
 *
 * @param description a description of a subclass
 * @param importModule imports its modules
 * @throws {TypeError} if no module exports it; says where it was looked for
 * @throws what a module throws while it is imported
 */
export async function resolveSubclass(
  description: TargetOf<"subclass">,
  importModule: ImportModule,
): Promise<new (...args: never[]) => unknown> {
  const { name } = description;
  const found = await search(description, importModule);
  if ("value" in found) return found.value as unknown as new () => unknown;
  const [module] = allModules(description);
  const where = module === undefined ? "a file" : JSON.stringify(module);
  const advice = found.similar !== undefined
    ? "export it by its own name"
    : `export it from ${where}${module === undefined ? ", and import it" : ""}`;
  throw new TypeError(
    `Cannot find class "${name}": ${found.miss}; ${advice}`,
  );
}

/** The function that a description comes to: what the base class of a subclass calls, if any. */
export function calledBy(
  description: TargetDescription,
): TargetDescription | undefined {
  return description.kind === "subclass" ? description.target : description;
}

/**
 * Adds to a `ReferenceError` of an inline target what has happened and how to
 * mend it. Other errors, also those of modules the target called, stay as they are, unless
 * its module could not be imported: that is their cause then.
 *
 * @param error what the target threw
 * @param description the target
 * @returns the same error
 */
export function explainReferenceError(
  error: unknown,
  description: TargetDescription,
): unknown {
  try {
    const called = calledBy(description) ?? description;
    const failure = missed.get(called)?.failure;
    // It may be what was missing.
    if (failure !== undefined && error instanceof Error) {
      error.cause ??= failure;
    }
    if (error instanceof ReferenceError) explain(error, called);
  } catch {
    // Proxies, and errors that are frozen or made up, go on as they are.
  }
  return error;
}

function explain(error: ReferenceError, description: TargetDescription): void {
  const { message, stack = "" } = error;
  const source = "source" in description ? description.source : "";
  const variable = missingVariable(message, source);
  const frame = /\n\s+at .*/.exec(stack)?.[0];
  const isInline = frame?.includes(INLINE_URL) ??
    (description.kind === "inline" || description.kind === "export");
  if (variable === undefined || !isInline) return;
  const { name, isGlobal } = variable;
  const explained = `${name} is not defined: ${explanation(name, description)}${
    isGlobal ? `; the global of that name is self.${name}` : ""
  }`;
  error.message = explained;
  error.stack = stack.replace(message, () => explained);
}

async function resolveNamed(
  { module: url, name }: TargetOf<"module">,
  importModule: ImportModule,
): Promise<ResolvedTarget> {
  const module = await importModule(url);
  const value = Object.hasOwn(module, name) ? module[name] : undefined;
  if (typeof value === "function") {
    return { call: asCall(value), module: url, inline: false };
  }
  const miss = Object.hasOwn(module, name)
    ? `${url} exports it, but it is not a function`
    : noSuchExport(module, url);
  throw new TypeError(`Cannot find target "${name}": ${miss}`);
}

async function resolveExport(
  description: TargetOf<"export">,
  importModule: ImportModule,
): Promise<ResolvedTarget> {
  const { name, source, inlineAllowed } = description;
  const found = await search(description, importModule, inlineAllowed);
  if ("value" in found) {
    return { call: found.value, module: found.module, inline: false };
  }
  const message = `Cannot find target "${name}": ${found.miss}`;
  if (!inlineAllowed) throw new TypeError(message);
  const { failure } = found;
  if (!isNamedByPlace(description) || failure !== undefined) {
    missed.set(description, found);
  }
  try {
    return { call: compileInline(source), inline: true };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (isNamedByPlace(description)) throw failure ?? error;
    const advice = found.similar === undefined
      ? fromModuleAdvice(name)
      : exportAdvice(found.similar);
    throw new TypeError(`${message}. ${error.message}; ${advice}`, {
      cause: error,
    });
  }
}

/** Goes through the modules until one has the function. */
async function search(
  description: TargetOf<"export" | "subclass">,
  importModule: ImportModule,
  mayMiss = false,
): Promise<
  | { readonly value: (...args: unknown[]) => unknown; readonly module: string }
  | Miss
> {
  const misses =
    description.absentFrom?.map((url) => `it is not exported by ${url}`) ?? [];
  const what = description.kind === "subclass" ? "class" : "function";
  let similar: string | undefined;
  let failure: unknown;
  for (const url of description.modules) {
    let module: Module;
    try {
      module = await importModule(url);
    } catch (error) {
      const miss = mayMiss ? missByImport(error, url, description) : undefined;
      if (miss === undefined) throw error;
      misses.push(miss.miss);
      failure ??= miss.failure;
      continue;
    }
    const found = findFunction(module, url, description, what);
    if ("value" in found) return { ...found, module: url };
    misses.push(found.miss);
    similar ??= found.similar;
  }
  return { miss: misses.join("; ") || NO_MODULE, similar, failure };
}

function isNamedByPlace(
  description: { readonly isNamedByPlace?: boolean },
): boolean {
  return description.isNamedByPlace === true;
}

/** What a function may do without a module for: one that is not there, or that it hardly needs. */
function missByImport(
  error: unknown,
  url: string,
  description: Whereabouts & { readonly isNamedByPlace?: boolean },
): Miss | undefined {
  // One that runs without being on disk: made up by a tool, or removed.
  if (
    error instanceof TypeError &&
    error.message.startsWith(`Module not found "${url}"`)
  ) {
    return { miss: `there is no module ${url}` };
  }
  if (!isNamedByPlace(description)) return undefined;
  const why = error instanceof Error ? error.message : error;
  return { miss: `importing ${url} failed: ${why}`, failure: error };
}

// deno-lint-ignore ban-types -- whatever the user exports by this name
function asCall(value: Function): (...args: unknown[]) => unknown {
  return value as (...args: unknown[]) => unknown;
}

/** The modules that are asked for it, and those that are known to lack it. */
function allModules(
  { modules, absentFrom = [] }: Whereabouts,
): readonly string[] {
  return [...absentFrom, ...modules];
}

function explanation(
  variable: string,
  description: TargetDescription,
): string {
  const missing = missed.get(description);
  // What was found may run others inline, as a worker does what it is given.
  if (description.kind !== "export" || missing === undefined) {
    return "an inline function runs without the variables around it; " +
      `pass ${variable} in args ((${variable}) => …), or export the function, ` +
      'by name (fromModule(import.meta.url, "work")) if it has none of its own';
  }
  const { name } = description;
  const because = (why: string) =>
    `"${name}" runs without the variables around it, because ${why}`;
  const { miss, similar, failure } = missing;
  if (failure !== undefined) {
    return because(`${miss}; mend that, or pass ${variable} in args`);
  }
  if (similar !== undefined) {
    return because(
      `${miss}; ${exportAdvice(similar)}, or pass ${variable} in args`,
    );
  }
  const modules = allModules(description);
  const [where, advice] = modules.length > 0
    ? [`it is not exported by ${modules.join(" or ")}`, "export it there, "]
    : [NO_MODULE, ""];
  return because(
    `${where}; ${advice}pass ${variable} in args, or, ${
      fromModuleAdvice(name)
    }`,
  );
}

/** How to name an export that may be meant. */
function exportAdvice(similar: string): string {
  return similar.includes(".")
    ? "export it by its own name"
    : `name an exported one by fromModule<typeof ${similar}>(import.meta.url, "${similar}")`;
}

/** How to name a function of another module. */
function fromModuleAdvice(name: string): string {
  const file = '"./work.ts"';
  return "if it is imported, name its module: " +
    `fromModule<typeof import(${file}).${name}>(new URL(${file}, import.meta.url), "${name}")`;
}
