// What garbage collection does to shared values, arrays and memory.

import { assertEquals } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";

const FIXTURE = new URL("../fixtures/values/collect.ts", import.meta.url);

async function collect(name: string, permissions: string[] = []) {
  const { source } = await findStdSource();
  const { code, stdout, stderr } = await runProgram(name, [
    "run",
    "--no-check",
    "--quiet",
    "--v8-flags=--expose-gc",
    "--allow-all",
    ...permissions,
    ...stdFlags(source),
    FIXTURE.href,
    name,
  ], { timeout: 60 });
  assertEquals({ code, stdout, stderr }, {
    code: 0,
    stdout: "done\n",
    stderr: "",
  });
}

Deno.test("SharedArray stays for as long as anything of it is seen", () =>
  collect("arrays"));

Deno.test("SharedMemory stays for as long as anything of it is seen", () =>
  collect("memory"));

Deno.test("SharedArray and SharedValue go when nobody has them", () =>
  collect("unseen"));

Deno.test("SharedArray and SharedValue go when nobody has them, without --allow-ffi", () =>
  collect("unseen", ["--deny-ffi"]));

Deno.test("SharedArray that was seen stays until it is closed, without --allow-ffi", () =>
  collect("seenByThreads", ["--deny-ffi"]));
