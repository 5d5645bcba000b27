// Runs test files once more in a program of their own, where processes share no memory.

import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { findStdSource, stdFlags } from "../scripts/std_source.ts";
import { NOT_AGAIN } from "./every_backend.ts";
import { testUnless } from "./left_out.ts";
import { type ProgramOptions, runProgram } from "./run_program.ts";
import { IS_FFI_DENIED, NEEDS } from "./shared_memory.ts";

/** How to run them. */
export interface AgainOptions extends ProgramOptions {
  /** What the files find in `Deno.args`. */
  args?: readonly string[];
  /** Whether to run it also where one backend is enough. Default: no. */
  always?: boolean;
  /**
   * What the last line begins with: how many are to pass at least, near to how many there are,
   * and how many are left out; `(` comes after that.
   */
  passed: RegExp;
}

/**
 * A test that runs test files without FFI, all of whose tests must pass; `title` names the run in
 * messages.
 */
export function testAgain(
  name: string,
  title: string,
  files: readonly URL[],
  { args = [], passed, always = false, ...options }: AgainOptions,
): void {
  const why = IS_FFI_DENIED ? NEEDS.again : always ? undefined : NOT_AGAIN;
  testUnless(why, name, async () => {
    const { source } = await findStdSource();
    const { code, stdout } = await runProgram(title, [
      "test",
      "--no-check",
      "--allow-all",
      "--deny-ffi",
      ...stdFlags(source),
      ...files.map((file) => fileURLToPath(file)),
      ...(args.length > 0 ? ["--", ...args] : []),
    ], options);
    assertMatch(stdout, passed, stdout);
    assertEquals(code, 0);
  });
}

/** The test files in a folder, but for some. */
export function testFilesIn(folder: URL, others: readonly string[]): URL[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name.endsWith("_test.ts") && !others.includes(name))
    .map((name) => new URL(name, folder));
}
