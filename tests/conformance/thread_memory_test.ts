// The tests of this folder again, where only threads share memory.

import { assertEquals, assertMatch } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";

const FOLDER = new URL("./", import.meta.url);
const OTHERS = ["table_test.ts", "thread_memory_test.ts"];

Deno.test("what conforms with threads does so without --allow-ffi", async () => {
  const { source } = await findStdSource();
  const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith("_test.ts") && !OTHERS.includes(name));
  const { code, stdout } = await runProgram("conformance without FFI", [
    "test",
    "--no-check",
    "--allow-all",
    "--deny-ffi",
    ...stdFlags(source),
    ...files.map((name) => new URL(name, FOLDER).pathname),
  ], { timeout: 120 });
  assertMatch(stdout, /ok \| [1-9]\d+ passed \| 0 failed/, stdout);
  assertEquals(code, 0);
});
