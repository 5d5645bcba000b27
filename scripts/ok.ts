/**
 * The gate: what must hold before a change goes in. Runs its steps one after another, names each on
 * a line, and stops at the first that fails, with its output. `--static` leaves the tests out.
 *
 * @module
 */

import { listCheckArgs } from "./check_types.ts";
import { readPublicModules } from "./public_modules.ts";
import { runDeno } from "./run_deno.ts";
import {
  describeStdChoice,
  findStdSource,
  stdFlags,
  type StdSource,
} from "./std_source.ts";

/** What the gate does at a time. */
export interface Step {
  name: string;
  /** The arguments of the `deno` that does it. */
  args: string[];
  env?: Record<string, string>;
  /** Lets the output through as it comes, for what takes minutes. */
  live?: boolean;
}

// `deno lint` follows imports, in search of slow types, and takes no import map. What it cannot have
// it does without, but only once it is refused. At this address nobody listens, so that is at once.
const REFUSING_JSR = { JSR_URL: "http://127.0.0.1:9/" };

async function listSteps(source: StdSource): Promise<Step[]> {
  const flags = stdFlags(source);
  return [
    { name: "format", args: ["fmt", "--check"] },
    {
      name: "lint",
      args: ["lint"],
      env: source === "npm" ? REFUSING_JSR : undefined,
    },
    { name: "types", args: await listCheckArgs(source) },
    {
      name: "docs",
      args: ["doc", "--lint", ...flags, ...await readPublicModules()],
    },
    {
      name: "layers",
      args: ["run", "--allow-read", "scripts/check_layers.ts"],
    },
    {
      name: "tests",
      args: ["run", "-A", "scripts/run_tests.ts", "--no-check"],
      live: true,
    },
  ];
}

/**
 * Takes the steps one after another, up to the first that fails.
 *
 * @returns The exit code.
 */
export async function takeSteps(steps: readonly Step[]): Promise<number> {
  for (const { name, args, env, live } of steps) {
    console.log(name);
    const { code, output } = await runDeno(args, { capture: !live, env });
    if (code !== 0) {
      console.error(`${output.trimEnd()}\nFailed: ${name}`.trimStart());
      return 1;
    }
  }
  console.log("ok");
  return 0;
}

async function main(args: string[]): Promise<number> {
  const choice = await findStdSource();
  console.log(describeStdChoice(choice));
  const steps = await listSteps(choice.source);
  return await takeSteps(
    args.includes("--static") ? steps.filter(({ live }) => !live) : steps,
  );
}

if (import.meta.main) Deno.exit(await main(Deno.args));
