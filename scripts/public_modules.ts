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
