// Runs a program of `tests/fixtures/process/`, and sees to it that a test file leaves no process.

import { assertEquals } from "@std/assert";
import { SHARING_FLAGS } from "../shared_memory.ts";
import {
  type ProgramOptions,
  type ProgramRun,
  RunningProgram,
  waitForEnd,
} from "../run_program.ts";

/** The folder of the programs. */
export const FIXTURES = new URL("../fixtures/process/", import.meta.url);

/** What most programs are allowed to do: all that the library needs. */
const PERMISSIONS = [
  "--allow-read",
  "--allow-env",
  ...SHARING_FLAGS,
  "--allow-run",
  "--allow-sys",
];

/** How to run a fixture. */
export interface FixtureOptions extends ProgramOptions {
  /** Default: whatever the library needs. */
  permissions?: readonly string[];
  /** Other flags of `deno run`. */
  flags?: readonly string[];
}

/** Starts `<file>` with the arguments after it: `"daemon.ts killed"`. */
export function startFixture(
  command: string,
  options: FixtureOptions = {},
): RunningProgram {
  const [file, ...args] = command.split(" ");
  const { permissions = PERMISSIONS, flags = [] } = options;
  return new RunningProgram(command, [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-lock",
    ...flags,
    ...permissions,
    new URL(file, FIXTURES).href,
    ...args,
  ], options);
}

/** {@linkcode startFixture}, to the end. */
export async function runFixture(
  command: string,
  options?: FixtureOptions,
): Promise<ProgramRun> {
  return await startFixture(command, options).ended();
}

/** {@linkcode runFixture} of a program that must succeed without a complaint; gives what it prints. */
export async function runWell(
  command: string,
  options?: FixtureOptions,
): Promise<string[]> {
  const { code, stdout, stderr } = await runFixture(command, options);
  assertEquals({ stderr, code }, { stderr: "", code: 0 });
  return stdout.trimEnd().split("\n");
}

/** Makes the test file fail if any process that comes from it is left at its end. */
export function leaveNoProcess(): void {
  const id = crypto.randomUUID();
  Deno.env.set("TEST_FILE_RUN", id);
  Deno.test.afterAll(async () => {
    // Our own environment, as the kernel shows it, is that of our start.
    assertEquals(await waitForEnd(`TEST_FILE_RUN=${id}`, 10_000), []);
  });
}
