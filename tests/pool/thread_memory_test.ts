// Pools of threads in the memory that only threads share.

import { assertEquals, assertMatch } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { EVERY_BACKEND } from "../every_backend.ts";
import { runProgram } from "../run_program.ts";

Deno.test("ThreadPool does the same without --allow-ffi", {
  ignore: !EVERY_BACKEND,
}, async () => {
  const { source } = await findStdSource();
  const { code, stdout } = await runProgram("ThreadPool without FFI", [
    "test",
    "--no-check",
    "--allow-all",
    "--deny-ffi",
    ...stdFlags(source),
    new URL("thread_pool_test.ts", import.meta.url).pathname,
  ], { timeout: 120 });
  assertMatch(stdout, /ok \| (?:[5-9]\d|\d{3,}) passed \| 0 failed/);
  assertEquals(code, 0);
});
