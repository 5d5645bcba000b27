import { assertEquals } from "@std/assert";
import { readPublicFolders } from "../../scripts/public_modules.ts";
import { listTestArgs, readWholeRun } from "../../scripts/run_tests.ts";

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

Deno.test("listTestArgs() lets a run go without FFI", async () => {
  const args = ["--deny-ffi", "tests/queue"];
  assertEquals(await listTestArgs("jsr", args), [...FIRST, ...args]);
});

Deno.test("readWholeRun() knows what runs all tests, and how", () => {
  assertEquals(readWholeRun([]), { checksTypes: true, flags: [] });
  assertEquals(readWholeRun(["--no-check"]), { checksTypes: false, flags: [] });
  const flags = ["--deny-ffi"];
  assertEquals(readWholeRun(flags), { checksTypes: true, flags });
  for (const args of [["--no-check", ...flags], [...flags, "--no-check"]]) {
    assertEquals(readWholeRun(args), { checksTypes: false, flags });
  }
});

Deno.test("readWholeRun() leaves all else to one deno test", () => {
  for (const args of [["tests"], ["--deny-ffi", "tests"], ["--fail-fast"]]) {
    assertEquals(readWholeRun(args), undefined);
  }
});
