// Runs a program of `examples/` as its own program, the way `deno task examples` does.

import { fileURLToPath } from "node:url";
import { permissionsOf } from "../../scripts/examples.ts";
import { findStdSource, ROOT, stdFlags } from "../../scripts/std_source.ts";
import { type ProgramRun, runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

const LOOPBACK = "--allow-net=127.0.0.1";
const READ_LIBRARY = `--allow-read=${fileURLToPath(ROOT)}`;

/** What an example printed and how it went. */
export type ExampleRun = ProgramRun;

/** How to run a program. */
export interface ExampleOptions {
  /**
   * Whether it may use a socket in place of memory that processes share. Default: if these tests may.
   */
  withoutFfi?: boolean;
  /** What stands after its name on the command line. */
  args?: readonly string[];
  /** Seconds after which it is killed and the test fails. Default: 60. */
  timeout?: number;
}

/**
 * Runs `examples/<file>` to its end, with the permissions that it asks for and no others.
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
  const { withoutFfi = IS_FFI_DENIED, args = [], timeout = 60 } = options;
  const asked = permissionsOf(text);
  const permissions = withoutFfi ? forSocket(asked) : asked;
  const { source } = await findStdSource();
  return await runProgram(
    path,
    ["run", "--quiet", ...stdFlags(source), ...permissions, path, ...args],
    { timeout },
  );
}

/** What it takes to share objects over a socket, in place of shared memory. */
function forSocket(permissions: readonly string[]): readonly string[] {
  const others = permissions.filter((flag) => flag !== "--allow-ffi");
  if (others.length === permissions.length) return permissions;
  // With a folder it would narrow what is asked for without one.
  const read = others.includes("--allow-read") ? [] : [READ_LIBRARY];
  return [...others, LOOPBACK, ...read];
}

/** With memory that processes share, and over a socket; the latter only, if these tests are so. */
export const WAYS: readonly { withoutFfi: boolean }[] = IS_FFI_DENIED
  ? [{ withoutFfi: true }]
  : [{ withoutFfi: false }, { withoutFfi: true }];

/** A test for each of the ways. */
export function testEachWay(
  name: string,
  run: (options: ExampleOptions) => Promise<void>,
): void {
  for (const way of WAYS) {
    const how = way.withoutFfi ? ", without --allow-ffi" : "";
    Deno.test(`${name}${how}`, () => run(way));
  }
}

/** Runs it in each of the ways, at a time. */
export async function runExampleBothWays(
  file: string,
  options: ExampleOptions = {},
): Promise<ExampleRun[]> {
  return await Promise.all(
    WAYS.map((way) => runExample(file, { ...options, ...way })),
  );
}
