import { readPublicFolders } from "./public_modules.ts";
import { ROOT, stdFlags, type StdSource } from "./std_source.ts";

/** The arguments that check the types of everything here, with the examples in the documentation. */
export async function listCheckArgs(source: StdSource): Promise<string[]> {
  return ["check", "--doc", ...stdFlags(source), ...await listChecked()];
}

/**
 * Everything that is TypeScript here, as far as it exists. What is JavaScript runs in Node, with
 * packages that Deno does not have.
 */
async function listChecked(): Promise<string[]> {
  const present = new Set(
    Array.from(Deno.readDirSync(ROOT), (entry) => entry.name),
  );
  const folders = ["_internal", "bench", "examples", "scripts", "tests"];
  return [
    "mod.ts",
    ...[...await readPublicFolders(), ...folders]
      .filter((name) => present.has(name)).map((name) => `${name}/**/*.ts`),
  ];
}
