import { readLibraryFolders } from "./library_modules.ts";
import { ROOT } from "./std_source.ts";

/** Tests that one `deno test` runs, one file after another. */
export interface TestBatch {
  /** What to call it: `tests/queue`, `documentation`. */
  name: string;
  /** The arguments of `deno test` that say what it runs. */
  args: string[];
  /** Whether it runs the sources of the library. Default: what is built of them. */
  onSources?: boolean;
}

/** Each batch loads the library anew; in a larger one a lane has nobody to share the rest with. */
const FILES_PER_BATCH = 8;

/** Files that look at the isolate they are in: its main module, who takes part in its memory. */
const ALONE = new Set([
  "tests/_internal/launch/call_site_test.ts",
  "tests/_internal/memory/participants_test.ts",
]);

/**
 * Modules whose examples make memory that processes map. Patterns, as `--ignore` overlooks paths
 * beside several folders.
 */
const MAPPED = ["**/sync/shareable_list.ts", "**/sync/shared_memory.ts"];

// What takes longest begins first, so that all lanes end at about the same time.
const LONGEST = ["tests/contracts", "tests/pool", "tests/conformance"];

/**
 * All tests of the repository, and the examples in the documentation of the library.
 *
 * @param folder Where to put modules that stand for several test files: an isolate for each file
 * would take half a second of a processor, more than most tests.
 * @param sharesMemory Whether processes may share memory.
 */
export async function listBatches(
  folder: string,
  sharesMemory = true,
): Promise<TestBatch[]> {
  const folders = [...new Set([...LONGEST, ...listFolders("tests")])];
  const batches = folders.flatMap(batchesOf);
  return [
    ...await Promise.all(batches.map((batch) => inOneIsolate(batch, folder))),
    {
      name: "documentation",
      onSources: true,
      args: [
        "--doc",
        ...(sharesMemory ? [] : [`--ignore=${MAPPED}`]),
        "mod.ts",
        ...await readLibraryFolders(),
      ],
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

async function inOneIsolate(
  { name, args }: TestBatch,
  folder: string,
): Promise<TestBatch> {
  const alone = args.filter((file) => ALONE.has(file));
  const together = args.filter((file) => !ALONE.has(file));
  if (together.length < 2) return { name, args };
  const imports = together.map((file) =>
    `import ${JSON.stringify(new URL(file, ROOT).href)};\n`
  );
  const module = `${folder}/${name.replaceAll(/\W+/g, "_")}_test.ts`;
  await Deno.writeTextFile(module, imports.join(""));
  return { name, args: [module, ...alone] };
}
