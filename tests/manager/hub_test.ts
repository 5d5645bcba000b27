// The tests of this folder again, where processes share no memory and ask a hub.

import { assertEquals, assertMatch } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";

const FOLDER = new URL("./", import.meta.url);

Deno.test("Manager does the same where processes share no memory", async () => {
  const { source } = await findStdSource();
  const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith("_test.ts") && name !== "hub_test.ts");
  const { code, stdout } = await runProgram("managers through a hub", [
    "test",
    "--no-check",
    "--allow-all",
    ...stdFlags(source),
    ...files.map((name) => new URL(name, FOLDER).pathname),
  ], {
    timeout: 600,
    env: {
      MULTIPROCESSING_BACKEND: "hub",
      STRESS_SECONDS: Deno.env.get("STRESS_SECONDS") ?? "2",
    },
  });
  assertMatch(stdout, /ok \| [1-9]\d+ passed \| 0 failed/, stdout);
  assertEquals(code, 0);
});
