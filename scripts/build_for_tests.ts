/**
 * Builds the package for the tests: they run what users get, and their processes start in half the
 * time. Prints the path of an import map by which whoever imports a source of the library gets
 * what has been built of it.
 *
 *     build_for_tests.ts <folder>
 *
 * @module
 */

import { fileURLToPath, pathToFileURL } from "node:url";
import { asScript, build } from "./build.ts";
import { listModules, readLibraryFolders } from "./library_modules.ts";
import { listImports } from "./list_imports.ts";
import { packageImports } from "./public_modules.ts";
import {
  findStdSource,
  NPM_IMPORT_MAP,
  pathFromRoot,
  ROOT,
} from "./std_source.ts";
import { tokenize } from "./tokenize.ts";

/** Whoever imports the library by paths. */
const IMPORTERS = ["tests", "examples"];

/** The modules of the library that tests import, as paths from the root. */
export async function listImported(): Promise<Set<string>> {
  const folders = await readLibraryFolders();
  const imported = new Set<string>();
  for (const path of IMPORTERS.flatMap(listModules)) {
    const tokens = tokenize(await Deno.readTextFile(new URL(path, ROOT)));
    for (const { specifier } of listImports(tokens)) {
      if (!specifier.startsWith(".")) continue;
      const module = pathFromRoot(specifier, path);
      if (folders.includes(module.split("/")[0]!)) imported.add(module);
    }
  }
  return imported;
}

/** The imports of the repository, with what has been built in place of its source. */
async function importsFrom(
  folder: URL,
  modules: string[],
): Promise<Record<string, string>> {
  const { source } = await findStdSource();
  const config = source === "jsr" ? new URL("deno.json", ROOT) : NPM_IMPORT_MAP;
  const { imports } = JSON.parse(await Deno.readTextFile(config));
  const built = modules.map((path) => [
    new URL(path, ROOT).href,
    new URL(asScript(path), folder).href,
  ]);
  return {
    ...imports,
    ...await packageImports(folder),
    ...Object.fromEntries(built),
  };
}

if (import.meta.main) {
  const folder = pathToFileURL(`${Deno.args[0]}/`);
  const modules = await build(folder, await listImported());
  const imports = await importsFrom(folder, modules);
  const map = new URL("imports.json", folder);
  await Deno.writeTextFile(map, JSON.stringify({ imports }, null, 2));
  console.log(fileURLToPath(map));
}
