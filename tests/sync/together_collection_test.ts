// What garbage collection does to events, conditions and barriers.

import { assertEquals } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

const FIXTURE = new URL(
  "../fixtures/sync/together_collect.ts",
  import.meta.url,
);

const WITHOUT_FFI = ["--deny-ffi"];
for (const permissions of IS_FFI_DENIED ? [WITHOUT_FFI] : [[], WITHOUT_FFI]) {
  const where = permissions.length === 0 ? "" : ", without --allow-ffi";
  Deno.test(`Event, Condition and Barrier leave no memory when nobody has them${where}`, async () => {
    const { source } = await findStdSource();
    const { code, stdout, stderr } = await runProgram("collect", [
      "run",
      "--no-check",
      "--quiet",
      "--v8-flags=--expose-gc",
      "--allow-all",
      ...permissions,
      ...stdFlags(source),
      FIXTURE.href,
    ], { timeout: 60 });
    assertEquals({ code, stdout, stderr }, {
      code: 0,
      stdout: "done\n",
      stderr: "",
    });
  });
}
