/**
 * Runs a `deno` command with `@std` from where it can be had:
 * `deno task with-std run -A examples/08_queue.ts`.
 *
 * @module
 */

import { runDeno } from "./run_deno.ts";
import { describeStdChoice, findStdSource, stdFlags } from "./std_source.ts";

if (import.meta.main) {
  const [subcommand, ...rest] = Deno.args;
  if (subcommand === undefined) {
    console.error("Cannot run deno: name a subcommand, such as run or test");
    Deno.exit(2);
  }
  const choice = await findStdSource();
  console.error(describeStdChoice(choice));
  const { code } = await runDeno([
    subcommand,
    ...stdFlags(choice.source),
    ...rest,
  ]);
  Deno.exit(code);
}
