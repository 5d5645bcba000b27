import { BUILD, build } from "../scripts/build.ts";
import { ROOT } from "../scripts/std_source.ts";

/** What of ours is measured. */
export interface Library {
  /** The flags of `deno run` by which a program gets it. */
  readonly flags: readonly string[];
}

/** The library as it is published, built anew. */
export async function publishedLibrary(): Promise<Library> {
  await build();
  return await libraryIn(BUILD);
}

/** The library in its sources. */
export function librarySources(): Promise<Library> {
  return libraryIn(ROOT);
}

/** Lets programs import the package that stands in a folder by its name. */
async function libraryIn(folder: URL): Promise<Library> {
  const { name, exports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", folder)),
  );
  const imports = Object.fromEntries(
    Object.entries<string>(exports).map((
      [key, path],
    ) => [name + key.slice(1), new URL(path, folder).href]),
  );
  const map = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(map, JSON.stringify({ imports }));
  addEventListener("unload", () => Deno.removeSync(map));
  return { flags: [`--import-map=${map}`] };
}
