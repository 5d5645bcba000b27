/**
 * Measures this library and CPython's `multiprocessing` on the same work, in turns, and prints
 * medians, ratios, and what is required of them. Pools are measured beside those of Node, too.
 *
 * ```sh
 * deno task bench                     # everything, in half an hour
 * deno task bench --quick             # less of everything, in ten minutes
 * deno task bench --only=pipe_hot     # some cases, separated by commas
 * deno task bench --rounds=8          # how often ours and theirs take turns
 * deno task bench --json=bench.json   # where every sample goes. Default: build/bench/results.json
 * deno task bench --write-readme      # pictures and tables into README.md and docs/, not build/bench/
 * deno task bench --sources           # the library in its sources, not as it is published
 * ```
 *
 * CPython is `python3`, or what the environment variable `PYTHON` says. The pools of Node are
 * installed by npm into the system's folder for caches. What is not to be had is left out.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { FIGURES, MAX_ROUNDS } from "./figures.ts";
import { installPeers, type Peers } from "./install_peers.ts";
import { drawAll } from "./pictures.ts";
import { type Library, librarySources, publishedLibrary } from "./library.ts";
import { describeMachine, findPython } from "./machine.ts";
import { writeMarked } from "./readme.ts";
import { type CaseSamples, compare, type Result } from "./result.ts";
import { SWEEPS } from "./sweeps.ts";
import { summaryOf, writePage, writePictures } from "./page.ts";
import { programOf, runOurs, runPeers, runPython } from "./run_case.ts";
import { formatPools, formatTable } from "./table.ts";

/** What the command line asks for. */
interface BenchOptions {
  /** The command again, without what says where the result goes. */
  command: string;
  quick: boolean;
  sources: boolean;
  cases: string[];
  rounds: number;
  json?: string;
  writeReadme: boolean;
}

/** What the programs of a case reported, over all rounds. */
interface CaseRun extends CaseSamples {
  failures: string[];
}

/** What is measured, and beside what. */
interface Sides {
  library: Library;
  python: string | undefined;
  peers: Peers | undefined;
}

/** Seconds that a program of a sweep may take. */
const SWEEP_SECONDS = 300;
/** Where pictures go that the README shows, and all others. */
const DOCS = new URL("../docs/bench/", import.meta.url);
const BUILT = new URL("../build/bench/", import.meta.url);

function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      "quick": { type: "boolean", default: false },
      "sources": { type: "boolean", default: false },
      "only": { type: "string", multiple: true },
      "rounds": { type: "string" },
      "json": { type: "string" },
      "write-readme": { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(
      `Cannot read --rounds=${values.rounds}: it must be a whole number from 1`,
    );
  }
  const all = Array.from(
    new Set([...FIGURES, ...SWEEPS].map((each) => each.case)),
  );
  const cases = values.only?.flatMap((names) => names.split(",")) ?? all;
  for (const name of cases) {
    if (!all.includes(name)) {
      throw new RangeError(
        `Cannot measure ${name}: there is no such case; there are ${
          all.join(", ")
        }`,
      );
    }
  }
  if (values.only && values["write-readme"]) {
    throw new RangeError(
      "Cannot write README.md with --only: the table would lose the other cases",
    );
  }
  const command = ["deno task bench"];
  if (values.quick) command.push("--quick");
  if (values.sources) command.push("--sources");
  if (values.only) command.push(`--only=${cases}`);
  if (values.rounds) command.push(`--rounds=${rounds}`);
  return {
    command: command.join(" "),
    quick: values.quick,
    sources: values.sources,
    cases,
    rounds,
    json: values.json,
    writeReadme: values["write-readme"],
  };
}

/** Runs the programs of a case in turns. One that failed is not run again. */
async function runCase(
  name: string,
  { quick, rounds }: BenchOptions,
  { library, python, peers }: Sides,
): Promise<CaseRun> {
  const run: CaseRun = { ours: {}, python: {}, peers: {}, failures: [] };
  const isSweep = SWEEPS.some((sweep) => sweep.case === name);
  const how = { quick, timeout: isSweep ? SWEEP_SECONDS : undefined };
  const sides = [{
    all: run.ours,
    measure: () => runOurs(library, name, how),
  }];
  if (python !== undefined && await hasProgram(`cases/${programOf(name)}.py`)) {
    sides.push({
      all: run.python,
      measure: () => runPython(python, name, how),
    });
  }
  if (peers !== undefined && await hasPeers(name)) {
    sides.push({
      all: run.peers,
      measure: () => runPeers(peers.folder, name, how),
    });
  }
  const most = isSweep ? 1 : Math.min(rounds, MAX_ROUNDS[name] ?? rounds);
  for (let round = 1; round <= most && sides.length > 0; round++) {
    console.error(`${name}: round ${round} of ${most}`);
    for (const side of [...sides]) {
      try {
        const samples = await side.measure();
        for (const [figure, values] of Object.entries(samples)) {
          (side.all[figure] ??= []).push(...values);
        }
      } catch (error) {
        const { message } = error as Error;
        console.error(message);
        run.failures.push(message);
        sides.splice(sides.indexOf(side), 1);
      }
    }
  }
  return run;
}

/** Whether pools of others do what a case measures. */
function hasPeers(name: string): Promise<boolean> {
  return hasProgram(`peers/${programOf(name)}.mjs`);
}

async function hasProgram(path: string): Promise<boolean> {
  try {
    await Deno.lstat(new URL(path, import.meta.url));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The peers, if a case wants them and they can be had. */
async function findPeers(cases: string[]): Promise<Peers | undefined> {
  const wanted = await Promise.all(cases.map(hasPeers));
  if (!wanted.includes(true)) return undefined;
  try {
    return await installPeers();
  } catch (error) {
    console.error(
      `The pools of Node are not measured: ${(error as Error).message}`,
    );
    return undefined;
  }
}

async function main(args: string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const python = Deno.env.get("PYTHON") || "python3";
  const version = await findPython(python);
  if (version === undefined) {
    console.error(`There is no CPython at ${python}: only ours is measured`);
  }
  const peers = await findPeers(options.cases);
  const library = options.sources
    ? await librarySources()
    : await publishedLibrary();

  const runs: Record<string, CaseRun> = {};
  for (const name of options.cases) {
    runs[name] = await runCase(name, options, {
      library,
      python: version && python,
      peers,
    });
  }

  const results: Result[] = FIGURES
    .filter((figure) => options.cases.includes(figure.case))
    .map((figure) => compare(figure, runs[figure.case]!));
  const machine = await describeMachine(version, peers?.node);
  const { command } = options;
  const tables = [formatTable(results), formatPools(runs)];
  const table = tables.filter((it) => it !== undefined).join("\n\n");
  const pictures = drawAll(results, runs);
  const failures = Object.values(runs).flatMap((run) => run.failures);
  const made = `Measured on ${machine}, by \`${command}\`.`;

  console.log(`${table}\n\n${made}`);
  for (const failure of failures) console.log(failure);
  const all = { machine, command, results, runs };
  const folder = options.writeReadme ? DOCS : BUILT;
  await writePictures(folder, pictures);
  await Deno.mkdir(BUILT, { recursive: true });
  await Deno.writeTextFile(
    options.json ?? new URL("results.json", BUILT),
    `${JSON.stringify(all, null, 2)}\n`,
  );
  if (options.writeReadme) {
    await writeMarked("bench", `${summaryOf(results)}\n\n${made}`);
    await writePage(table, pictures, made);
  }
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
