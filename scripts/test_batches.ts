import { readPublicFolders } from "./public_modules.ts";
import { ROOT } from "./std_source.ts";

/** Tests that one `deno test` runs, one file after another. */
export interface TestBatch {
  /** What to call it: `tests/queue`, `documentation`. */
  name: string;
  /** The arguments of `deno test` that say what it runs. */
  args: string[];
}

/** Each batch loads the library anew; in a larger one a lane has nobody to share the rest with. */
const FILES_PER_BATCH = 8;

// What takes longest begins first, so that all lanes end at about the same time.
const LONGEST = ["tests/contracts", "tests/pool", "tests/conformance"];

/** All tests of the repository, and the examples in the documentation of the library. */
export async function listBatches(): Promise<TestBatch[]> {
  const folders = [...new Set([...LONGEST, ...listFolders("tests")])];
  return [
    ...folders.flatMap(batchesOf),
    {
      name: "documentation",
      args: ["--doc", "mod.ts", ...await readPublicFolders()],
    },
  ];
}

function listFolders(folder: string): string[] {
  const inner = entriesOf(folder).filter(({ isDirectory }) => isDirectory);
  return [
    folder,
    ...inner.flatMap(({ name }) => listFolders(`${folder}/${name}`)),
  ];
}

function batchesOf(folder: string): TestBatch[] {
  const files = entriesOf(folder)
    .filter(({ isFile, name }) => isFile && name.endsWith("_test.ts"))
    .map(({ name }) => `${folder}/${name}`);
  const count = Math.ceil(files.length / FILES_PER_BATCH);
  // By turns, as neighbours have similar names and take similarly long.
  return Array.from({ length: count }, (_, n) => ({
    name: count === 1 ? folder : `${folder} (${n + 1} of ${count})`,
    args: files.filter((_, at) => at % count === n),
  }));
}

function entriesOf(folder: string): Deno.DirEntry[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}
