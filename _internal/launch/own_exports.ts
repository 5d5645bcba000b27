import { knowModule, knownModule } from "../codec/mod.ts";
import { membersOf } from "./find_function.ts";

/** What this isolate knows of where a function or a class is exported from. */
export interface Whereabouts {
  /** The modules that export it, or may. */
  readonly modules: readonly string[];
  /** The name that the module exports it by, or those of an export and of a member of it. */
  readonly exportedAs?: readonly string[];
  /** The modules that do not export it. */
  readonly absentFrom?: readonly string[];
}

const loading = new Set<string>();

/**
 * Makes the exports of a module known, so that its functions are told from others
 * with the same source, and its errors arrive as themselves. It must be loaded, or
 * being loaded: another would run here, which the program may have meant for its
 * children only. Nobody may wait for it: a main module that awaits at its top level
 * has no exports until that is done.
 */
export function knowLoaded(url: string): void {
  if (knownModule(url) !== undefined || loading.has(url)) return;
  loading.add(url);
  import(url)
    .then((module) => knowModule(url, module), () => {})
    .finally(() => loading.delete(url));
}

/** Looks for the function or class itself among the exports that are known. */
export function whereExported(
  value: unknown,
  modules: readonly string[],
): Whereabouts {
  const unknown: string[] = [];
  const absentFrom: string[] = [];
  for (const url of modules) {
    const module = knownModule(url);
    if (module === undefined) {
      unknown.push(url);
      continue;
    }
    const exportedAs = namesOf(value, module);
    if (exportedAs !== undefined) return { modules: [url], exportedAs };
    absentFrom.push(url);
  }
  return absentFrom.length === 0
    ? { modules }
    : { modules: unknown, absentFrom };
}

function namesOf(
  value: unknown,
  module: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  const entries = Object.entries(module);
  const direct = entries.find(([, exported]) => exported === value);
  if (direct !== undefined) return [direct[0]];
  for (const [name, exported] of entries) {
    const member = membersOf(exported).find(([, member]) => member === value);
    if (member !== undefined) return [name, member[0]];
  }
  return undefined;
}
