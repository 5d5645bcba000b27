/**
 * Runs the tests, and the examples in the documentation of the library, as one test run.
 * Arguments go to `deno test`; if they name files or folders, only those are tested.
 *
 * Modules run one after another: many tests measure time, and the machine may have two cores.
 *
 * @module
 */

import { readPublicFolders } from "./public_modules.ts";
import { runDeno } from "./run_deno.ts";
import {
  describeStdChoice,
  findStdSource,
  ROOT,
  stdFlags,
  type StdSource,
} from "./std_source.ts";

// The flags of `deno test` that take the argument after them as their value.
const FLAGS_WITH_VALUE = new Set([
  "--cert",
  "--config",
  "-c",
  "--ext",
  "--filter",
  "--import-map",
  "--junit-path",
  "--location",
  "--reporter",
  "--repeats",
  "--retry",
  "--seed",
  "--shard",
]);

/**
 * The arguments of the test run.
 *
 * @param source Where `@std` comes from.
 * @param extra Arguments for `deno test`, paths among them or not.
 */
export async function listTestArgs(
  source: StdSource,
  extra: string[],
): Promise<string[]> {
  const paths = namesPaths(extra)
    ? []
    : ["tests", "mod.ts", ...await readPublicFolders()];
  // Everything after `--` is for the tests themselves, so paths come before it.
  const end = extra.indexOf("--");
  const flags = end === -1 ? extra : extra.slice(0, end);
  const programArgs = end === -1 ? [] : extra.slice(end);
  return [
    "test",
    "--allow-all",
    "--doc",
    ...stdFlags(source),
    ...flags,
    ...paths,
    ...programArgs,
  ];
}

function namesPaths(args: string[]): boolean {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return false;
    if (FLAGS_WITH_VALUE.has(arg)) i++;
    else if (!arg.startsWith("-")) return true;
  }
  return false;
}

if (import.meta.main) {
  Deno.chdir(ROOT);
  const choice = await findStdSource();
  console.error(describeStdChoice(choice));
  const { code } = await runDeno(await listTestArgs(choice.source, Deno.args));
  Deno.exit(code);
}
