import type { Peers } from "./install_peers.ts";
import type { Library } from "./library.ts";

/** The samples of each figure that a program reported. */
export type Samples = Record<string, number[]>;

/** How to run the programs of a case. */
export interface CaseOptions {
  quick: boolean;
  /** Seconds after which a program is stopped. */
  timeout: number;
  /** Where it is. Default: `cases/`. */
  folder?: string | URL;
}

/**
 * Runs our program of a case.
 *
 * @throws {Error} If it fails, does not end in time, or reports nothing.
 */
export function runOurs(
  library: Library,
  name: string,
  options: CaseOptions,
): Promise<Samples> {
  const [program, backend] = name.split("@");
  return runProgram(
    Deno.execPath(),
    ["run", "--allow-all", "--quiet", "--no-lock", ...library.flags],
    `${program}.ts`,
    options,
    {
      DENO_DIR: library.cache,
      ...backend === undefined ? {} : { MULTIPROCESSING_BACKEND: backend },
    },
  );
}

/** Runs CPython's program of a case. Throws as {@linkcode runOurs} does. */
export function runPython(
  python: string,
  name: string,
  options: CaseOptions,
): Promise<Samples> {
  // -B: leave no compiled files in the repository.
  return runProgram(python, ["-B"], `${programOf(name)}.py`, options);
}

/** Runs the peers' program of a case, in Node. Throws as {@linkcode runOurs} does. */
export function runPeers(
  { node, folder }: Peers,
  name: string,
  options: CaseOptions,
): Promise<Samples> {
  const file = `${programOf(name)}.mjs`;
  return runProgram(node, [], file, { ...options, folder });
}

/** The program of a case, which may also say on which backend ours is run: `pipe_hot@hub`. */
export function programOf(name: string): string {
  return name.split("@")[0];
}

async function runProgram(
  command: string,
  flags: string[],
  file: string,
  { quick, timeout, folder }: CaseOptions,
  env: Record<string, string> = {},
): Promise<Samples> {
  const child = new Deno.Command(command, {
    args: [...flags, file, ...quick ? ["--quick"] : []],
    cwd: folder ?? new URL("cases/", import.meta.url),
    env,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(`Cannot measure ${file}: still running after ${timeout} s`),
      );
      child.kill("SIGKILL");
    }, timeout * 1000);
  });
  // The output ends when the program and all it started have ended.
  const end = Promise.all([child.status, new Response(child.stdout).text()]);
  try {
    const [{ code }, output] = await Promise.race([end, late]);
    if (code !== 0) {
      throw new Error(`Cannot measure ${file}: exit code ${code}`);
    }
    return parseSamples(file, output);
  } finally {
    clearTimeout(timer);
  }
}

function parseSamples(file: string, output: string): Samples {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`Cannot measure ${file}: it reported "${line}"`);
  }
}
