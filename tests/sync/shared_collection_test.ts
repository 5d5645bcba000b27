// What garbage collection does to shared values, arrays and memory; and those of threads only.

import { assertEquals } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";

async function run(module: string, name: string, permissions: string[] = []) {
  const { source } = await findStdSource();
  const { code, stdout, stderr } = await runProgram(name, [
    "run",
    "--no-check",
    "--quiet",
    "--v8-flags=--expose-gc",
    "--allow-all",
    ...permissions,
    ...stdFlags(source),
    new URL(`../fixtures/values/${module}.ts`, import.meta.url).href,
    name,
  ], { timeout: 60 });
  assertEquals({ code, stdout, stderr }, {
    code: 0,
    stdout: "done\n",
    stderr: "",
  });
}

sharedTest(
  "bytes",
  "SharedArray stays for as long as anything of it is seen",
  () => run("collect", "arrays"),
);

sharedTest(
  "bytes",
  "SharedMemory stays for as long as anything of it is seen",
  () => run("collect", "memory"),
);

sharedTest(
  "twice",
  "SharedArray and SharedValue go when nobody has them",
  () => run("collect", "unseen"),
);

Deno.test("SharedArray and SharedValue go when nobody has them, without --allow-ffi", () =>
  run("collect", "unseen", ["--deny-ffi"]));

Deno.test("SharedArray that was seen stays until it is closed, without --allow-ffi", () =>
  run("collect", "seenByThreads", ["--deny-ffi"]));

Deno.test("SharedValue and SharedArray are for all threads of a process, without --allow-ffi", () =>
  run("threads", "threads", ["--deny-ffi"]));
