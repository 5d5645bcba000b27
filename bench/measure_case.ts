import { MAX_ROUNDS } from "./figures.ts";
import type { Peers } from "./install_peers.ts";
import type { Library } from "./library.ts";
import type { BenchOptions } from "./options.ts";
import type { CaseSamples } from "./result.ts";
import { programOf, runOurs, runPeers, runPython } from "./run_case.ts";
import { SWEEPS } from "./sweeps.ts";

/** What the programs of a case reported, over all rounds. */
export interface CaseRun extends CaseSamples {
  failures: string[];
}

/** What is measured, and beside what. */
export interface Sides {
  library: Library;
  /** The command. */
  python: string | undefined;
  peers: Peers | undefined;
}

/** Seconds that a program may take. */
const SECONDS = 300;
/** How often sides take turns in a sweep, which takes long and has many points. */
const SWEEP_ROUNDS = 2;

/** Runs the programs of a case in turns. One that failed is not run again. */
export async function measureCase(
  name: string,
  { quick, rounds }: BenchOptions,
  { library, python, peers }: Sides,
): Promise<CaseRun> {
  const run: CaseRun = { ours: {}, python: {}, peers: {}, failures: [] };
  const isSweep = SWEEPS.some((sweep) => sweep.case === name);
  const how = { quick, timeout: SECONDS };
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
      measure: () => runPeers(peers, name, how),
    });
  }
  const most = Math.min(
    rounds,
    MAX_ROUNDS[name] ?? (isSweep ? SWEEP_ROUNDS : rounds),
  );
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
export function hasPeers(name: string): Promise<boolean> {
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
