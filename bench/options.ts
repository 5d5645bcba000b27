import { parseArgs } from "node:util";
import { FIGURES } from "./figures.ts";
import { OVERHEADS_CASE } from "./overheads.ts";
import { SWEEPS } from "./sweeps.ts";

/** What the command line asks for. */
export interface BenchOptions {
  /** The command again, without what says where the result goes. */
  command: string;
  quick: boolean;
  sources: boolean;
  cases: string[];
  rounds: number;
  json?: string;
  /** The file of an earlier run, which is shown instead of a new one. */
  from?: string;
  writeReadme: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {TypeError} If there is no such option.
 * @throws {RangeError} If its value is none that it can have.
 */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      "quick": { type: "boolean", default: false },
      "sources": { type: "boolean", default: false },
      "only": { type: "string", multiple: true },
      "rounds": { type: "string" },
      "json": { type: "string" },
      "from": { type: "string" },
      "write-readme": { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(
      `Cannot read --rounds=${values.rounds}: it must be a whole number from 1`,
    );
  }
  const cases = readCases(values.only);
  if (values.only && values["write-readme"]) {
    throw new RangeError(
      "Cannot write README.md with --only: the table would lose the other cases",
    );
  }
  if (
    values.from &&
    (values.quick || values.sources || values.only || values.rounds)
  ) {
    throw new RangeError(
      "Cannot use --from with --quick, --sources, --only or --rounds: it measures nothing",
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
    from: values.from,
    writeReadme: values["write-readme"],
  };
}

/** Every case that there is. */
export function allCases(): string[] {
  const named = [...FIGURES, ...SWEEPS].map((each) => each.case);
  return [...new Set([...named, OVERHEADS_CASE])];
}

function readCases(only: string[] | undefined): string[] {
  const all = allCases();
  const cases = only?.flatMap((names) => names.split(",")) ?? all;
  for (const name of cases) {
    if (!all.includes(name)) {
      throw new RangeError(
        `Cannot measure ${name}: there is no such case; there are ${
          all.join(", ")
        }`,
      );
    }
  }
  return cases;
}
