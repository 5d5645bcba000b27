import { assert, assertEquals } from "@std/assert";
import { readLibraryFolders } from "../../scripts/library_modules.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { listBatches } from "../../scripts/test_batches.ts";

/** Folders that are no part of the library: nobody has to be shown how to use what is there. */
const OTHERS = new Set(["bench", "build", "examples", "scripts", "tests"]);

Deno.test("listBatches() has every test file once, and the documentation", async () => {
  const folder = await Deno.makeTempDir();
  const batches = await listBatches(folder);
  const documentation = batches.pop();
  assertEquals(documentation?.args, [
    "--doc",
    "mod.ts",
    ...await readLibraryFolders(),
  ]);
  assertEquals(documentation?.onSources, true);
  assertEquals(
    batches.flatMap(({ args }) => args.flatMap(filesOf)).sort(),
    listFiles("tests/").filter((path) => path.endsWith("_test.ts")).sort(),
  );
  const names = batches.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("listBatches() has every file with an example in the documentation", async () => {
  const folder = await Deno.makeTempDir();
  const { args } = (await listBatches(folder)).at(-1)!;
  const withExample = Array.from(Deno.readDirSync(ROOT))
    .filter(({ name }) => !name.startsWith(".") && !OTHERS.has(name))
    .flatMap(({ name, isDirectory }) =>
      isDirectory ? listFiles(`${name}/`) : [name]
    )
    .filter((path) =>
      path.endsWith(".ts") &&
      Deno.readTextFileSync(new URL(path, ROOT)).includes("@example")
    );
  assert(withExample.includes("_internal/log.ts"));
  assertEquals(
    withExample.filter((path) =>
      !args.some((it) => path === it || path.startsWith(`${it}/`))
    ),
    [],
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("listBatches() leaves out the examples that map memory where none is shared", async () => {
  const folder = await Deno.makeTempDir();
  const { args } = (await listBatches(folder, false)).at(-1)!;
  assertEquals(args.slice(0, 2), [
    "--doc",
    "--ignore=**/sync/shareable_list.ts,**/sync/shared_memory.ts",
  ]);
  await Deno.remove(folder, { recursive: true });
});

/** A test file, or those that the module which stands for several imports. */
function filesOf(path: string): string[] {
  if (!path.startsWith("/")) return [path];
  return Deno.readTextFileSync(path).trim().split("\n").map((line) => {
    const [, url] = /^import "(.+)";$/.exec(line)!;
    return url.slice(ROOT.href.length);
  });
}

/** The files in a folder and below. */
function listFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .flatMap(({ name, isDirectory }) => {
      const path = `${folder}${name}`;
      return isDirectory ? listFiles(`${path}/`) : [path];
    });
}
