import { assertEquals } from "@std/assert";
import { readPublicFolders } from "../../scripts/public_modules.ts";
import { listTestArgs } from "../../scripts/run_tests.ts";

const FIRST = ["test", "--allow-all", "--doc"];

Deno.test("listTestArgs() adds all tests and modules where no path is named", async () => {
  const all = ["tests", "mod.ts", ...await readPublicFolders()];
  assertEquals(await listTestArgs("jsr", []), [...FIRST, ...all]);
  assertEquals(
    await listTestArgs("jsr", ["--filter", "queue", "--fail-fast", "--", "x"]),
    [...FIRST, "--filter", "queue", "--fail-fast", ...all, "--", "x"],
  );
});

Deno.test("listTestArgs() adds no paths to those that are named", async () => {
  const args = ["tests/queue", "--filter=put"];
  assertEquals(await listTestArgs("jsr", args), [...FIRST, ...args]);
});

Deno.test("listTestArgs() replaces the import map where @std comes from npm", async () => {
  const [, , , map, lock, ...rest] = await listTestArgs("npm", ["tests/queue"]);
  assertEquals(map?.endsWith("/scripts/npm_import_map.json"), true);
  assertEquals([lock, ...rest], ["--no-lock", "tests/queue"]);
});
