// Runs the programs of `tests/fixtures/conformance/`.

import {
  type FixtureOptions,
  runFixture,
  runWell as runFixtureWell,
  startFixture,
} from "../process/run_fixture.ts";
import type { ProgramRun, RunningProgram } from "../run_program.ts";

/** Starts `<file>` with the arguments after it. */
export function startProgram(
  command: string,
  options?: FixtureOptions,
): RunningProgram {
  return startFixture(`../conformance/${command}`, options);
}

/** {@linkcode startProgram}, to the end. */
export function run(
  command: string,
  options?: FixtureOptions,
): Promise<ProgramRun> {
  return runFixture(`../conformance/${command}`, options);
}

/** {@linkcode run} of a program that must succeed without a complaint; gives what it prints. */
export function runWell(
  command: string,
  options?: FixtureOptions,
): Promise<string[]> {
  return runFixtureWell(`../conformance/${command}`, options);
}
