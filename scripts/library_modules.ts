import { readPublicFolders } from "./public_modules.ts";
import { ROOT } from "./std_source.ts";

/** The folders in which all of the library but `mod.ts` is. */
export async function readLibraryFolders(): Promise<string[]> {
  return ["_internal", ...await readPublicFolders()];
}

/** All modules of the library, as paths from the root. */
export async function listLibraryModules(): Promise<string[]> {
  const folders = await readLibraryFolders();
  return ["mod.ts", ...folders.flatMap(listModules)];
}

/** The modules in a folder and below, as paths from the root. */
export function listModules(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      return isDirectory ? listModules(path) : path.endsWith(".ts") ? path : [];
    });
}
