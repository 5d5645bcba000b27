import { assertEquals } from "@std/assert";
import { readPublicFolders } from "../../scripts/public_modules.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { listBatches } from "../../scripts/test_batches.ts";

Deno.test("listBatches() has every test file once, and the documentation", async () => {
  const batches = await listBatches();
  const documentation = batches.pop();
  assertEquals(documentation?.args, [
    "--doc",
    "mod.ts",
    ...await readPublicFolders(),
  ]);
  assertEquals(
    batches.flatMap(({ args }) => args).sort(),
    listTestFiles("tests").sort(),
  );
  const names = batches.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

function listTestFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return listTestFiles(path);
      return name.endsWith("_test.ts") ? [path] : [];
    });
}
