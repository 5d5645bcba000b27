import { ROOT } from "./std_source.ts";

/** The modules that `deno.json` exports, as paths from the root: `queue/mod.ts`. */
export async function readPublicModules(): Promise<string[]> {
  const { exports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  return Object.values<string>(exports).map((path) =>
    path.replace(/^\.\//, "")
  );
}

/** The folders that the exported modules are the doors of. */
export async function readPublicFolders(): Promise<string[]> {
  const modules = await readPublicModules();
  return modules.filter((path) => path.includes("/"))
    .map((path) => path.slice(0, path.lastIndexOf("/")));
}

/**
 * The entries of an import map by which programs get the package that stands in a folder.
 *
 * @param folder Where its `deno.json` is.
 * @param base Where the programs find the folder. Default: there.
 */
export async function packageImports(
  folder: URL,
  base: string | URL = folder,
): Promise<Record<string, string>> {
  const { name, exports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", folder)),
  );
  return Object.fromEntries(
    Object.entries<string>(exports).map((
      [key, path],
    ) => [name + key.slice(1), new URL(path, base).href]),
  );
}
