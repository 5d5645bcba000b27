import { build } from "../scripts/build.ts";
import { packageImports } from "../scripts/public_modules.ts";
import { ROOT } from "../scripts/std_source.ts";

/** What of ours is measured. */
export interface Library {
  /** The flags of `deno run` by which a program gets it. */
  readonly flags: readonly string[];
  /**
   * Where the runtime keeps what it has compiled. A folder of its own: what others have
   * left in the usual one makes each start slower, the more the longer it was used.
   */
  readonly cache: string;
}

/** One of its own: `deno task build` may make the other anew meanwhile. */
const PACKAGE = new URL("build/bench/package/", ROOT);

/** The library as it is published, built anew. */
export async function publishedLibrary(): Promise<Library> {
  await build(PACKAGE);
  return await libraryIn(PACKAGE);
}

/** The library in its sources. */
export function librarySources(): Promise<Library> {
  return libraryIn(ROOT);
}

/** Lets programs import the package that stands in a folder by its name. */
async function libraryIn(folder: URL): Promise<Library> {
  const imports = await packageImports(folder);
  const map = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(map, JSON.stringify({ imports }));
  const cache = await Deno.makeTempDir();
  addEventListener("unload", () => {
    Deno.removeSync(map);
    Deno.removeSync(cache, { recursive: true });
  });
  return { flags: [`--import-map=${map}`], cache };
}
