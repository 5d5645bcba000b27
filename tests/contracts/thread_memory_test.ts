// The same contracts in the memory that only threads share.

import { assertEquals, assertMatch } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { ThreadQueue } from "../../queue/mod.ts";
import { EVERY_BACKEND } from "../every_backend.ts";
import { runProgram } from "../run_program.ts";
import { testQueue } from "./queue_contract.ts";

testQueue(
  "ThreadQueue",
  (options) => new ThreadQueue(options),
  "another thread",
);

Deno.test("Queue, Connection and Lock do the same without --allow-ffi", {
  ignore: !EVERY_BACKEND,
}, async () => {
  const { source } = await findStdSource();
  const { code, stdout } = await runProgram("contracts without FFI", [
    "test",
    "--no-check",
    "--allow-all",
    "--deny-ffi",
    ...stdFlags(source),
    new URL("primitives_test.ts", import.meta.url).pathname,
  ], { timeout: 120 });
  assertMatch(stdout, /ok \| (?:[5-9]\d|\d{3,}) passed \| 0 failed/);
  assertEquals(code, 0);
});
