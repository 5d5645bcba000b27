import { knownModule } from "../codec/mod.ts";
import { callingModules } from "./call_site.ts";
import { importKnown } from "./child_boot.ts";
import { compileInline } from "./compile_inline.ts";
import { describeFunction } from "./describe_target.ts";
import { findFunction } from "./find_function.ts";
import { resolveTarget } from "./resolve_target.ts";
import type { TargetDescription } from "./target.ts";

/** A function by which other isolates do the same. */
type Callable = () => unknown;

/** What others are told of a function: how to find it, or why they cannot. */
export type RemoteFunction =
  | { readonly found: TargetDescription }
  | { readonly problem: string };

/** Describes a function of the calling module for other isolates. */
export function describeRemote(call: Callable): RemoteFunction {
  try {
    return { found: describeFunction(call, callingModules(), "") };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message.replace(/^.*?: target is /, "it is ") };
  }
}

/** Finds a function, if its module is loaded or it needs none. */
export function findRemoteNow(
  description: TargetDescription,
): Callable | undefined {
  switch (description.kind) {
    case "inline":
      return compileInline(description.source);
    case "module": {
      const value = knownModule(description.module)?.[description.name];
      return typeof value === "function" ? () => value() : undefined;
    }
    case "export":
      for (const url of description.modules) {
        const module = knownModule(url);
        if (module === undefined) continue;
        const found = findFunction(module, url, description);
        if ("value" in found) return found.value;
      }
      return undefined;
    case "subclass":
      return undefined;
  }
}

/** Finds a function, loading its module. */
export async function findRemote(
  description: TargetDescription,
): Promise<Callable> {
  const { call } = await resolveTarget(description, importKnown);
  return call;
}
