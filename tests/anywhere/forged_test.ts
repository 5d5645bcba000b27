// A child that makes up what stands for shared objects in messages.

import { assertEquals } from "@std/assert";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

const PROGRAM = new URL("../fixtures/anywhere/forges.ts", import.meta.url).href;

const REFUSED = [
  ...Array(3).fill(
    "Cannot receive a Evil: it belongs to another version of this library, URL",
  ),
  "Cannot receive a Evil: URL has no such class",
  "took 0 locks",
  "Cannot receive a shared object: it no longer exists",
];

/** The lines of a program whose child tries it. */
async function attempts(flags: string[], ...args: string[]) {
  const { code, stdout, stderr } = await runProgram("forges.ts", [
    "run",
    "--quiet",
    "--no-check",
    ...flags,
    PROGRAM,
    ...args,
  ]);
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

Deno.test("A child without a permission has no module loaded here, and gets nothing that it was not handed", async () => {
  const flags = ["--allow-all", "--deny-ffi"];
  assertEquals(await attempts(flags, "none"), [
    ...REFUSED,
    "took 0 that were made since",
    "false",
  ]);
});

Deno.test({
  name:
    "What a message does not carry is not received, and no module is loaded for what it has not",
  ignore: IS_FFI_DENIED,
  async fn() {
    assertEquals(await attempts(["--allow-all"]), REFUSED);
  },
});
