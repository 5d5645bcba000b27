/**
 * Runs the programs in `examples/`, each as a program of its own: all of them, or those whose
 * numbers are given. What stands after `--` is handed to them. Fails if one of them fails.
 *
 * ```sh
 * deno task examples 8 9
 * deno task examples 22 -- mandelbrot.png
 * ```
 *
 * @module
 */

import { runDeno } from "./run_deno.ts";
import {
  describeStdChoice,
  findStdSource,
  ROOT,
  stdFlags,
} from "./std_source.ts";

/** What a program may do: what its first comment says after `Permissions:`, and nothing else. */
export function permissionsOf(source: string): readonly string[] {
  const comment = /^(?:\/\/.*\n)*/.exec(source)![0];
  const permissions = /\bPermissions:(.*)/s.exec(comment)?.[1] ?? "";
  const flags = permissions.match(/--allow-\w+/g) ?? [];
  return ["--no-prompt", ...flags.map(onlyDeno)];
}

function onlyDeno(flag: string): string {
  return flag === "--allow-run" ? `${flag}=${Deno.execPath()}` : flag;
}

/** One program in `examples/`. */
export interface Example {
  number: number;
  /** From the root: `examples/08_queue.ts`. */
  path: string;
}

/** The programs in a folder, by number: `08_queue.ts` is number 8. */
export function listExamples(fileNames: Iterable<string>): Example[] {
  const examples: Example[] = [];
  for (const name of fileNames) {
    const match = /^(\d+)_\w+\.ts$/.exec(name);
    if (match) {
      examples.push({ number: Number(match[1]), path: `examples/${name}` });
    }
  }
  return examples.sort((a, b) => a.number - b.number);
}

/**
 * Picks the programs with the given numbers, in the order given; all of them if none is given.
 *
 * @throws {RangeError} If a number names no program. The message lists those there are.
 */
export function selectExamples(
  examples: Example[],
  numbers: string[],
): Example[] {
  if (numbers.length === 0) return examples;
  return numbers.map((number) => {
    const example = examples.find((it) => String(it.number) === trim(number));
    if (!example) {
      const list = examples.map((it) => it.number).join(", ") || "none";
      throw new RangeError(
        `Cannot run example ${number}: there is no such program; there are ${list}`,
      );
    }
    return example;
  });
}

function trim(number: string): string {
  return number.replace(/^0+(?=\d)/, "");
}

/** The numbers of programs, and what to hand to these. */
export function splitArgs(args: string[]): [string[], string[]] {
  const at = args.indexOf("--");
  return at === -1 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}

async function main(args: string[]): Promise<number> {
  const [numbers, programArgs] = splitArgs(args);
  const names = Array.from(
    Deno.readDirSync(new URL("examples/", ROOT)),
    (entry) => entry.name,
  );
  let selected: Example[];
  try {
    selected = selectExamples(listExamples(names), numbers);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    return 2;
  }
  const choice = await findStdSource();
  console.error(describeStdChoice(choice));
  const std = stdFlags(choice.source);
  const failures: string[] = [];
  for (const { number, path } of selected) {
    console.log(`--- ${number}: ${path}`);
    const source = await Deno.readTextFile(new URL(path, ROOT));
    const permissions = permissionsOf(source);
    const { code } = await runDeno(
      ["run", ...std, ...permissions, path, ...programArgs],
    );
    if (code !== 0) failures.push(`${path} (exit code ${code})`);
  }
  if (failures.length > 0) console.error(`Failed: ${failures.join(", ")}`);
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
