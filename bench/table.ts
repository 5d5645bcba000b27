import { POOL_CASES } from "./figures.ts";
import { formatNumber } from "./format_number.ts";
import { PEERS } from "./install_peers.ts";
import {
  type CaseSamples,
  type Result,
  summarize,
  type Summary,
} from "./result.ts";

const HEADER = [
  "what",
  "unit",
  "ours (min–max)",
  "CPython or other (min–max)",
  "samples",
  "ratio",
  "required",
  "met",
];
const POOLS_HEADER = [
  "pools of 2",
  "unit",
  "`Pool`",
  "`ThreadPool`",
  "CPython",
];
// The columns of words; the others hold numbers and stand to the right.
const LEFT = new Set([0, 1, 7]);
const POOLS_LEFT = new Set([0, 1]);

/** Writes results as a Markdown table that is also readable as text. */
export function formatTable(results: Result[]): string {
  return alignTable([HEADER, ...results.map(formatRow)], LEFT);
}

/** Writes the medians of all pools side by side; nothing if none was measured. */
export function formatPools(
  cases: Record<string, CaseSamples>,
): string | undefined {
  const rows = POOL_CASES.flatMap(
    ({ case: name, title, unit, peers: kind }) => {
      const samples = cases[name];
      if (samples === undefined) return [];
      const { ours, python, peers } = samples;
      const all = [ours.pool, ours.threads, python.pool];
      all.push(...PEERS.map((peer) => peers[kind ? `${peer}, ${kind}` : peer]));
      const medians = all.map((each) => {
        const summary = summarize(each);
        return summary === undefined ? "–" : formatNumber(summary.median);
      });
      return [[title, unit, ...medians]];
    },
  );
  if (rows.length === 0) return undefined;
  return alignTable([[...POOLS_HEADER, ...PEERS], ...rows], POOLS_LEFT);
}

/** Writes rows as a Markdown table. Columns stand to the right but those whose numbers are given. */
export function alignTable(
  rows: string[][],
  left: ReadonlySet<number>,
): string {
  const widths = rows[0]!.map((_, i) =>
    Math.max(...rows.map((row) => row[i]!.length))
  );
  const [header, ...body] = rows.map((row) =>
    formatCells(
      row.map((cell, i) =>
        left.has(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)
      ),
    )
  );
  const rule = formatCells(
    widths.map((width, i) =>
      left.has(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
    ),
  );
  return [header, rule, ...body].join("\n");
}

function formatCells(cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function formatRow(
  { figure, ours, other, otherTitle, ratio, met }: Result,
): string[] {
  const { requirement } = figure;
  const unit = requirement?.of === "ratio" ? "×" : ` ${figure.unit}`;
  return [
    figure.title,
    figure.unit,
    formatSummary(ours),
    `${otherTitle} ${formatSummary(other)}`.trim(),
    `${ours?.count ?? 0} / ${other?.count ?? 0}`,
    ratio === undefined ? "–" : `${formatNumber(ratio)}×`,
    requirement
      ? `${requirement.bound} ${formatNumber(requirement.value)}${unit}`
      : "–",
    met === undefined ? "–" : met ? "yes" : "no",
  ];
}

function formatSummary(summary: Summary | undefined): string {
  if (summary === undefined) return "–";
  const { median, min, max, count } = summary;
  if (count === 1) return formatNumber(median);
  return `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}
