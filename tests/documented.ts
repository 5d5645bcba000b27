// What `deno doc` says of the entry points of the package.

import { readPublicModules } from "../scripts/public_modules.ts";
import { ROOT } from "../scripts/std_source.ts";
import { runProgram } from "./run_program.ts";

/** A name that a module exports, as far as it is looked at. */
export interface DocumentedSymbol {
  name: string;
  declarations: {
    kind: string;
    jsDoc?: { tags?: { kind: string; doc?: string }[] };
    /** What it is; names of members are somewhere inside. */
    def?: unknown;
  }[];
}

/** Reads what each entry point exports, by their paths from the root. */
export async function readDocumented(): Promise<
  Map<string, DocumentedSymbol[]>
> {
  const modules = await readPublicModules();
  const { stdout } = await runProgram("deno doc", [
    "doc",
    "--json",
    ...modules,
  ]);
  const { nodes }: { nodes: Record<string, { symbols: DocumentedSymbol[] }> } =
    JSON.parse(stdout);
  return new Map(
    modules.map((path) => [path, nodes[new URL(path, ROOT).href].symbols]),
  );
}

/** The names of what exports have: methods, properties, options. */
export function membersOf(symbols: Iterable<DocumentedSymbol>): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "name" && typeof value === "string") names.add(value);
      else if (!NO_MEMBERS.has(key)) visit(value);
    }
  };
  for (const { declarations } of symbols) {
    declarations.forEach(({ def }) => visit(def));
  }
  return names;
}

const NO_MEMBERS = new Set(["jsDoc", "params", "typeParams"]);
