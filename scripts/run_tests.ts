/**
 * Runs the tests, and the examples in the documentation of the library, as one test run.
 * Arguments go to `deno test`; if they name files or folders, only those are tested.
 *
 * Without arguments, or with none but `--no-check` and `--deny-ffi`, it checks all types at once,
 * unless told not to, builds the package, and runs one `deno test` more at a time than there are
 * processors, or as many as DENO_JOBS says. The tests then run what has been built, and the examples
 * in the documentation the sources.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { listCheckArgs } from "./check_types.ts";
import { readLibraryFolders } from "./library_modules.ts";
import { runDeno } from "./run_deno.ts";
import {
  describeStdChoice,
  findStdSource,
  IMPORTS_VARIABLE,
  ROOT,
  stdFlags,
  type StdSource,
} from "./std_source.ts";
import { listBatches, type TestBatch } from "./test_batches.ts";
import { TestReport } from "./test_report.ts";
import { type TestRun, verdict } from "./test_verdict.ts";

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
 * @param from Flags that say where imports come from.
 * @param extra Arguments for `deno test`, paths among them or not.
 */
export async function listTestArgs(
  from: string[],
  extra: string[],
): Promise<string[]> {
  const paths = namesPaths(extra)
    ? []
    : ["tests", "mod.ts", ...await readLibraryFolders()];
  // Everything after `--` is for the tests themselves, so paths come before it.
  const end = extra.indexOf("--");
  const flags = end === -1 ? extra : extra.slice(0, end);
  const programArgs = end === -1 ? [] : extra.slice(end);
  return [
    "test",
    "--allow-all",
    "--doc",
    ...from,
    ...flags,
    ...paths,
    ...programArgs,
  ];
}

/** How to run all tests. */
export interface WholeRun {
  /** Whether the types are checked before. */
  checksTypes: boolean;
  /** Flags of each `deno test`. */
  flags: string[];
}

/**
 * How to run all tests, if the arguments of the script say so.
 *
 * @returns Nothing if they are those of one `deno test`.
 */
export function readWholeRun(args: string[]): WholeRun | undefined {
  if (args.some((arg) => !WHOLE.includes(arg))) return undefined;
  return {
    checksTypes: !args.includes(NO_CHECK),
    flags: args.filter((arg) => arg !== NO_CHECK),
  };
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

const NO_CHECK = "--no-check";
const DENY_FFI = "--deny-ffi";
/** The arguments by which all is still run. */
const WHOLE = [NO_CHECK, DENY_FFI];

/**
 * One more than processors, as a lane waits for a third of its time; beyond four they do not end any
 * sooner, and disturb each other.
 */
const MOST_LANES = 4;
/** The exit codes of what was asked to stop. */
const STOPPED = [129, 130, 143];

/**
 * Runs everything, in lanes that take one batch after the other; gives the exit code.
 *
 * @param flags Of each `deno test`.
 */
async function runAll(source: StdSource, flags: string[]): Promise<number> {
  const begin = performance.now();
  const folder = makeFolder();
  const imports = await buildForTests(source, `${folder}/library`);
  if (imports === undefined) return 1;
  const batches = await listBatches(folder, !flags.includes(DENY_FFI));
  const reports: TestReport[] = [];
  const runs: TestRun[] = [];
  let stopCode = 0;
  const run = async ({ name, args, onSources }: TestBatch) => {
    const report = new TestReport((text) => {
      Deno.stdout.writeSync(new TextEncoder().encode(text));
    });
    reports.push(report);
    const importMap = onSources ? undefined : imports;
    const from = stdFlags(source, importMap);
    const { code } = await runDeno(
      ["test", NO_CHECK, "--allow-all", ...flags, ...from, ...args],
      {
        env: importMap === undefined ? {} : { [IMPORTS_VARIABLE]: importMap },
        read: (line) => report.add(line),
      },
    );
    report.flush();
    if (STOPPED.includes(code)) stopCode = code;
    runs.push({ name, code, isWhole: report.isWhole, counts: report.counts });
  };
  const work = async () => {
    for (;;) {
      const batch = stopCode === 0 ? batches.shift() : undefined;
      if (batch === undefined) return;
      await run(batch);
    }
  };
  const lanes = Number(Deno.env.get("DENO_JOBS")) ||
    Math.min(navigator.hardwareConcurrency + 1, MOST_LANES);
  await Promise.all(Array.from({ length: lanes }, work));
  const { isGood, counts, problems } = verdict(
    runs,
    batches.map(({ name }) => name),
  );
  for (const [why, count] of countLeftOut(reports)) {
    console.log(`left out: ${count} (${why})`);
  }
  const failures = [
    ...reports.flatMap((report) => report.failures),
    ...problems,
  ];
  const errors = reports.map((report) => report.errors).filter(Boolean);
  if (errors.length > 0) console.log(`ERRORS\n\n${errors.join("\n\n")}\n`);
  if (failures.length > 0) console.log(`FAILURES\n\n${failures.join("\n")}\n`);
  const { passed, failed, ignored } = counts;
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(
    `${isGood ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed${
      ignored > 0 ? ` | ${ignored} ignored` : ""
    } (${seconds}s)`,
  );
  return stopCode || (isGood ? 0 : 1);
}

/** A folder for this run. It is in the repository, so programs that may read this may read it. */
function makeFolder(): string {
  const dir = fileURLToPath(new URL("build/", ROOT));
  Deno.mkdirSync(dir, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir, prefix: "tests-" });
  addEventListener(
    "unload",
    () => Deno.removeSync(folder, { recursive: true }),
  );
  return folder;
}

/** Builds the package for the tests; gives the path of an import map, or says what went wrong. */
async function buildForTests(
  source: StdSource,
  folder: string,
): Promise<string | undefined> {
  const script = fileURLToPath(new URL("build_for_tests.ts", import.meta.url));
  const { code, output } = await runDeno(
    ["run", NO_CHECK, "--allow-all", ...stdFlags(source), script, folder],
    { capture: true },
  );
  if (code === 0) return output.trim();
  console.error(output);
  return undefined;
}

/** How many tests say that they are left out, by what they say. */
function countLeftOut(reports: TestReport[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const why of reports.flatMap(({ leftOut }) => leftOut)) {
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return counts;
}

async function main(args: string[]): Promise<number> {
  Deno.chdir(ROOT);
  const choice = await findStdSource();
  const { source } = choice;
  console.error(describeStdChoice(choice));
  const whole = readWholeRun(args);
  if (whole === undefined) {
    const { code } = await runDeno(await listTestArgs(stdFlags(source), args));
    return code;
  }
  if (whole.checksTypes) {
    const check = await listCheckArgs(source);
    const { code, output } = await runDeno(check, { capture: true });
    if (code !== 0) {
      console.error(output);
      return code;
    }
  }
  return await runAll(source, whole.flags);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
