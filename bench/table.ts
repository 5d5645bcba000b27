import type { Result, Summary } from "./result.ts";

const HEADER = [
  "what",
  "unit",
  "ours (min–max)",
  "CPython (min–max)",
  "ratio",
  "required",
  "met",
];
// The columns of words; the others hold numbers and stand to the right.
const LEFT = new Set([0, 1, 6]);

/** Writes results as a Markdown table that is also readable as text. */
export function formatTable(results: Result[]): string {
  const rows = [HEADER, ...results.map(formatRow)];
  const widths = HEADER.map((_, i) =>
    Math.max(...rows.map((row) => row[i]!.length))
  );
  const [header, ...body] = rows.map((row) =>
    formatCells(
      row.map((cell, i) =>
        LEFT.has(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)
      ),
    )
  );
  const rule = formatCells(
    widths.map((width, i) =>
      LEFT.has(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
    ),
  );
  return [header, rule, ...body].join("\n");
}

function formatCells(cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function formatRow({ figure, ours, other, ratio, met }: Result): string[] {
  const { requirement } = figure;
  const unit = requirement?.of === "ratio" ? "×" : ` ${figure.unit}`;
  return [
    figure.title,
    figure.unit,
    formatSummary(ours),
    `${figure.other.title} ${formatSummary(other)}`.trim(),
    ratio === undefined ? "–" : `${formatNumber(ratio)}×`,
    requirement
      ? `${requirement.bound} ${formatNumber(requirement.value)}${unit}`
      : "–",
    met === undefined ? "–" : met ? "yes" : "no",
  ];
}

function formatSummary(summary: Summary | undefined): string {
  if (summary === undefined) return "–";
  const { median, min, max } = summary;
  return `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}

/** Three digits that count, as in 0.085, 1.24, 76.6 and 1,420,000. */
function formatNumber(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
