// Tests that are left out where nothing may use FFI.

import { assertEquals } from "@std/assert";
import { runProgram } from "./run_program.ts";
import { IS_FFI_DENIED, NEEDS, sharedTest } from "./shared_memory.ts";

const MODULE = new URL("./shared_memory.ts", import.meta.url).href;
const PROGRAMS = new URL("./run_program.ts", import.meta.url).href;

/** What a `deno test` prints of a module. */
async function output(source: string, ...flags: string[]): Promise<string> {
  const file = Deno.makeTempFileSync({ suffix: "_test.ts" });
  try {
    Deno.writeTextFileSync(file, source);
    const args = ["test", "--no-check", "--no-lock", "--allow-all", ...flags];
    return (await runProgram("a test", [...args, file])).stdout;
  } finally {
    Deno.removeSync(file);
  }
}

sharedTest("permission", "sharedTest() runs where FFI may be used", () => {
  assertEquals(IS_FFI_DENIED, false);
});

Deno.test("sharedTest() is left out without FFI, and says why", async () => {
  const source = `import { sharedTest } from ${JSON.stringify(MODULE)};
sharedTest("mapping", "maps", () => { throw new Error("it runs"); });
Deno.test("others", () => {});`;
  const said = await output(source, "--deny-ffi");
  const lines = said.split("\n").map((line) => line.replace(/ \(.*/, ""));
  assertEquals(lines.filter((line) => line.includes(" ... ")), [
    `maps [left out: ${NEEDS.mapping}] ... ignored`,
    "others ... ok",
  ]);
});

Deno.test("runProgram() of a test without FFI denies it to programs", async () => {
  const source = `import { runProgram } from ${JSON.stringify(PROGRAMS)};
const ask = "console.log(Deno.permissions.querySync({ name: 'ffi' }).state)";
const url = "data:text/javascript," + encodeURIComponent(ask);
Deno.test("asks", async () => {
  for (const flag of ["--allow-all", "--allow-ffi", "--deny-ffi"]) {
    const { stdout } = await runProgram("asks", ["run", flag, url]);
    if (stdout !== "denied\\n") throw new Error(stdout);
  }
});`;
  const said = await output(source, "--deny-ffi");
  assertEquals(/^asks \.\.\. ok /m.test(said), true, said);
});
