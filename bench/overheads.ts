import { formatNumber } from "./format_number.ts";
import { type CaseSamples, summarize } from "./result.ts";
import { alignTable } from "./table.ts";

/** The program that measures what processes cost beside threads. */
export const OVERHEADS_CASE = "overheads";

const HEADER = [
  "what",
  "unit",
  "process",
  "thread",
  "process beside thread",
];
/** By the names by which the program reports them: `process start`, `thread start`. */
const ROWS = [
  { name: "start", title: "start and join", unit: "ms" },
  { name: "small", title: "a small message, there and back", unit: "µs" },
  { name: "large", title: "an array of 8 MB, there and back", unit: "ms" },
  { name: "memory", title: "memory of its own", unit: "MB" },
  { name: "apply", title: "an awaited call of a pool", unit: "µs" },
  { name: "tasks", title: "20,000 tiny tasks of a pool", unit: "ms" },
];

/** Writes what processes cost beside threads as a table; nothing if it was not measured. */
export function formatOverheads(
  run: CaseSamples | undefined,
): string | undefined {
  if (run === undefined) return undefined;
  const rows = ROWS.flatMap(({ name, title, unit }) => {
    const process = summarize(run.ours[`process ${name}`])?.median;
    const thread = summarize(run.ours[`thread ${name}`])?.median;
    if (process === undefined || thread === undefined) return [];
    const ratio = (process / thread).toFixed(1);
    const figures = [process, thread].map(formatNumber);
    return [[title, unit, ...figures, `${ratio}×`]];
  });
  return rows.length === 0
    ? undefined
    : alignTable([HEADER, ...rows], new Set([0, 1]));
}
