// The tests of this folder again, where only threads share memory and processes ask a hub.

import { assertEquals, assertMatch } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { EVERY_BACKEND } from "../every_backend.ts";
import { runProgram } from "../run_program.ts";

const FOLDER = new URL("./", import.meta.url);
const OTHERS = ["table_test.ts", "thread_memory_test.ts"];

Deno.test("what conforms does so through a hub, and with threads without it", {
  ignore: !EVERY_BACKEND,
}, async () => {
  const { source } = await findStdSource();
  const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith("_test.ts") && !OTHERS.includes(name));
  const { code, stdout } = await runProgram("conformance through a hub", [
    "test",
    "--no-check",
    "--allow-all",
    ...stdFlags(source),
    ...files.map((name) => new URL(name, FOLDER).pathname),
  ], { timeout: 400, env: { MULTIPROCESSING_BACKEND: "hub" } });
  assertMatch(stdout, /ok \| [1-9]\d+ passed \| 0 failed/, stdout);
  assertEquals(code, 0);
});
