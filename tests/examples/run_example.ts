// Runs a program of `examples/` as its own program, the way `deno task examples` does.

import { permissionsOf } from "../../scripts/examples.ts";
import { findStdSource, ROOT, stdFlags } from "../../scripts/std_source.ts";
import { type ProgramRun, runProgram } from "../run_program.ts";

/** What an example printed and how it went. */
export type ExampleRun = ProgramRun;

/** How to run a program. */
export interface ExampleOptions {
  /** Default: what `deno task examples` grants. */
  permissions?: readonly string[];
  /** What stands after its name on the command line. */
  args?: readonly string[];
  /** Seconds after which it is killed and the test fails. Default: 30. */
  timeout?: number;
}

/**
 * Runs `examples/<file>` to its end.
 *
 * @throws {Error} If it does not end in time, or has ended and a process of it has not. Either way
 * all of them have been killed.
 */
export async function runExample(
  file: string,
  options: ExampleOptions = {},
): Promise<ExampleRun> {
  const path = `examples/${file}`;
  const text = await Deno.readTextFile(new URL(path, ROOT));
  const { permissions = permissionsOf(text), args = [], timeout } = options;
  const { source } = await findStdSource();
  return await runProgram(
    path,
    ["run", "--quiet", ...stdFlags(source), ...permissions, path, ...args],
    { timeout },
  );
}
