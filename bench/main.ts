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
 * deno task bench --write-readme      # pictures, tables and samples into README.md and docs/
 * deno task bench --from=bench.json   # measures nothing, shows what an earlier run has measured
 * deno task bench --sources           # the library in its sources, not as it is published
 * ```
 *
 * CPython is `python3`, or what the environment variable `PYTHON` says. Node and its
 * pools are fetched by npm, at fixed versions; `NODE` says which Node instead. What is not to be had
 * is left out.
 *
 * @module
 */

import { FIGURES } from "./figures.ts";
import { findPython } from "./find_python.ts";
import { installPeers, type Peers } from "./install_peers.ts";
import { librarySources, publishedLibrary } from "./library.ts";
import { describeMachine } from "./machine.ts";
import { type CaseRun, hasPeers, measureCase } from "./measure_case.ts";
import { allCases, type BenchOptions, readOptions } from "./options.ts";
import { formatOverheads, OVERHEADS_CASE } from "./overheads.ts";
import { showResults, writePage, writePictures } from "./page.ts";
import { drawAll } from "./pictures.ts";
import { writeMarked } from "./marked.ts";
import { compare } from "./result.ts";
import { loadRun, type SavedRun, saveRun } from "./saved_run.ts";
import { formatPools, formatTable } from "./table.ts";

/** Where pictures and samples go that the documents show, and all others. */
const DOCS = new URL("../docs/bench/", import.meta.url);
const BUILT = new URL("../build/bench/", import.meta.url);

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

/** Runs all cases, and says what became of them. */
async function measure(
  options: BenchOptions,
): Promise<SavedRun & { failures: string[] }> {
  const python = await findPython();
  console.error(
    python === undefined
      ? "There is no CPython: only ours is measured"
      : `${python.version} is ${python.command}`,
  );
  const peers = await findPeers(options.cases);
  const library = options.sources
    ? await librarySources()
    : await publishedLibrary();
  const runs: Record<string, CaseRun> = {};
  for (const name of options.cases) {
    runs[name] = await measureCase(name, options, {
      library,
      python: python?.command,
      peers,
    });
  }
  return {
    machine: await describeMachine(python?.version, peers?.version),
    command: options.command,
    runs,
    failures: Object.values(runs).flatMap((run) => run.failures),
  };
}

/** Prints a run, draws its pictures, and writes what the documents say if that is wanted. */
async function show(run: SavedRun, writesReadme: boolean): Promise<void> {
  const { machine, command, runs } = run;
  const results = FIGURES.flatMap((figure) => {
    const samples = runs[figure.case];
    return samples === undefined ? [] : [compare(figure, samples)];
  });
  const tables = [formatTable(results), formatPools(runs)];
  const table = tables.filter((it) => it !== undefined).join("\n\n");
  const overheads = formatOverheads(runs[OVERHEADS_CASE]);
  const pictures = drawAll(results, runs);
  const made = `Measured on ${machine}, by \`${command}\`.`;

  console.log([table, overheads, made].filter((it) => it).join("\n\n"));
  await writePictures(writesReadme ? DOCS : BUILT, pictures);
  if (!writesReadme) return;
  const shown = showResults(results, runs, pictures);
  await writeMarked("README.md", "bench", `${shown}\n\n${made}`);
  await writePage(table, pictures, made);
  if (overheads !== undefined) {
    const page = "docs/processes-or-threads.md";
    await writeMarked(page, "overheads", `${overheads}\n\n${made}`);
  }
  await saveRun(new URL("results.json", DOCS), run);
}

/** Shows an earlier run; writes only one that has everything. */
async function showAgain(from: string, writesReadme: boolean): Promise<number> {
  const run = await loadRun(from);
  const missing = allCases().filter((name) => !Object.hasOwn(run.runs, name));
  if (writesReadme && missing.length > 0) {
    console.error(
      `Cannot write README.md from ${from}: it lacks ${missing.join(", ")}`,
    );
    return 2;
  }
  await show(run, writesReadme);
  return 0;
}

async function main(args: string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  if (options.from !== undefined) {
    return await showAgain(options.from, options.writeReadme);
  }
  const { failures, ...run } = await measure(options);
  // First of all: it took long to get.
  await Deno.mkdir(BUILT, { recursive: true });
  await saveRun(options.json ?? new URL("results.json", BUILT), run);
  await show(run, options.writeReadme);
  for (const failure of failures) console.log(failure);
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
