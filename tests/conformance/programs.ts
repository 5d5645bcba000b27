// Runs the programs of `tests/fixtures/conformance/`.

import { assertEquals } from "@std/assert";
import { type FixtureOptions, startFixture } from "../process/run_fixture.ts";
import type { ProgramRun, RunningProgram } from "../run_program.ts";

/** Starts `<file>` with the arguments after it. */
export function startProgram(
  command: string,
  options?: FixtureOptions,
): RunningProgram {
  return startFixture(`../conformance/${command}`, options);
}

/** {@linkcode startProgram}, to the end. */
export async function run(
  command: string,
  options?: FixtureOptions,
): Promise<ProgramRun> {
  return await startProgram(command, options).ended();
}

/** {@linkcode run} of a program that must succeed without a complaint; gives what it prints. */
export async function runWell(
  command: string,
  options?: FixtureOptions,
): Promise<string[]> {
  const { code, stdout, stderr } = await run(command, options);
  assertEquals({ stderr, code }, { stderr: "", code: 0 });
  return stdout.trimEnd().split("\n");
}
