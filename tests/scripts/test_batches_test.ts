import { assertEquals } from "@std/assert";
import { readPublicFolders } from "../../scripts/public_modules.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { listBatches } from "../../scripts/test_batches.ts";

Deno.test("listBatches() has every test file once, and the documentation", async () => {
  const folder = await Deno.makeTempDir();
  const batches = await listBatches(folder);
  const documentation = batches.pop();
  assertEquals(documentation?.args, [
    "--doc",
    "mod.ts",
    ...await readPublicFolders(),
  ]);
  assertEquals(documentation?.onSources, true);
  assertEquals(
    batches.flatMap(({ args }) => args.flatMap(filesOf)).sort(),
    listTestFiles("tests").sort(),
  );
  const names = batches.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
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

function listTestFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return listTestFiles(path);
      return name.endsWith("_test.ts") ? [path] : [];
    });
}
