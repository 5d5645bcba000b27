import { assertEquals } from "@std/assert";
import { readLibraryFolders } from "../../scripts/library_modules.ts";
import { listTestArgs, readWholeRun } from "../../scripts/run_tests.ts";

const FIRST = ["test", "--allow-all", "--doc"];

Deno.test("listTestArgs() adds all tests and modules where no path is named", async () => {
  const all = ["tests", "mod.ts", ...await readLibraryFolders()];
  assertEquals(await listTestArgs([], []), [...FIRST, ...all]);
  assertEquals(
    await listTestArgs([], ["--filter", "queue", "--fail-fast", "--", "x"]),
    [...FIRST, "--filter", "queue", "--fail-fast", ...all, "--", "x"],
  );
});

Deno.test("listTestArgs() adds no paths to those that are named", async () => {
  const args = ["tests/queue", "--filter=put"];
  assertEquals(await listTestArgs([], args), [...FIRST, ...args]);
});

Deno.test("listTestArgs() has the flags that say where imports come from", async () => {
  const args = ["tests/queue", "--", "x"];
  const from = ["--import-map=a.json", "--no-lock"];
  assertEquals(await listTestArgs(from, args), [
    ...FIRST,
    ...from,
    "tests/queue",
    "--",
    "x",
  ]);
});

Deno.test("listTestArgs() lets a run go without FFI", async () => {
  const args = ["--deny-ffi", "tests/queue"];
  assertEquals(await listTestArgs([], args), [...FIRST, ...args]);
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
