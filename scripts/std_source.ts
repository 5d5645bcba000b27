/**
 * Where `@std` comes from. `deno.json` takes it from JSR; on a network where JSR does not answer,
 * the same packages come from npm, by way of `npm_import_map.json`.
 *
 * The scripts themselves import nothing of `@std`: they run before it is known.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The registry that `@std` is taken from. */
export type StdSource = "jsr" | "npm";

/** A source, and why it was chosen where that is worth telling. */
export interface StdChoice {
  source: StdSource;
  reason?: string;
}

/** The root of the repository. */
export const ROOT = new URL("../", import.meta.url);

/** What a specifier in a module means, as a path from the root: `queue/mod.ts`. */
export function pathFromRoot(specifier: string, module: string | URL): string {
  return new URL(specifier, new URL(module, ROOT)).href.slice(ROOT.href.length);
}

/** The environment variable that forces a source. Whatever a script starts inherits its choice. */
export const STD_VARIABLE = "MULTIPROCESSING_STD";

/** The environment variable that names an import map to use in place of any other. */
export const IMPORTS_VARIABLE = "MULTIPROCESSING_IMPORTS";

/** The `imports` to use in place of those of `deno.json` where `@std` comes from npm. */
export const NPM_IMPORT_MAP = new URL("npm_import_map.json", import.meta.url);

const PROBE_TIMEOUT_MS = 5_000;

// One small module of each package, so that a first answer is a matter of a few kilobytes.
const PROBED_MODULES = [
  "@std/assert/assert",
  "@std/async/delay",
  "@std/path/join",
  "@std/testing/bdd",
];

let found: Promise<StdChoice> | undefined;

/**
 * Says where `@std` can be had: what {@linkcode STD_VARIABLE} says, else JSR if it answers, else
 * npm. JSR is asked at most once per program, and not at all for what Deno has in its cache.
 *
 * @throws {RangeError} If the variable holds anything but `jsr` or `npm`.
 */
export function findStdSource(): Promise<StdChoice> {
  found ??= chooseStdSource(Deno.env.get(STD_VARIABLE), jsrAnswers);
  return found;
}

/** The choice behind {@linkcode findStdSource}, apart from where its two answers come from. */
export async function chooseStdSource(
  forced: string | undefined,
  probe: () => Promise<boolean>,
): Promise<StdChoice> {
  if (forced === "jsr" || forced === "npm") {
    return { source: forced, reason: STD_VARIABLE };
  }
  if (forced) {
    throw new RangeError(
      `Cannot take @std from ${STD_VARIABLE}: it must be "jsr" or "npm", and is "${forced}"`,
    );
  }
  return await probe()
    ? { source: "jsr" }
    : { source: "npm", reason: "JSR does not answer" };
}

/** The line that tells people which source is used. */
export function describeStdChoice({ source, reason }: StdChoice): string {
  const registry = source === "jsr" ? "JSR" : "npm";
  return `@std from ${registry}${reason ? ` (${reason})` : ""}`;
}

/**
 * The flags that make a `deno run`, `test`, `check`, `bench` or `doc` use the source.
 *
 * @param importMap What to import all by. Default: what {@linkcode IMPORTS_VARIABLE} says, or what the
 * source needs.
 */
export function stdFlags(
  source: StdSource,
  importMap: string | undefined = Deno.env.get(IMPORTS_VARIABLE),
): string[] {
  if (importMap === undefined && source === "jsr") return [];
  return [
    `--import-map=${importMap ?? fileURLToPath(NPM_IMPORT_MAP)}`,
    "--no-lock",
  ];
}

async function jsrAnswers(): Promise<boolean> {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const specifiers = PROBED_MODULES.map((module) => {
    const [scope, name, entry] = module.split("/");
    return `${imports[`${scope}/${name}`]}/${entry}`;
  });
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-config", "--no-lock", ...specifiers],
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}
