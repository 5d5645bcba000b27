import type { Figure, Requirement } from "./figures.ts";
import type { Samples } from "./run_case.ts";

/** The middle of some samples, and how far they spread. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** A figure, measured. */
export interface Result {
  figure: Figure;
  ours: Summary | undefined;
  other: Summary | undefined;
  /** Our median in terms of the other one. */
  ratio: number | undefined;
  /** Whether the requirement is met; `undefined` if that was not measured. */
  met: boolean | undefined;
}

/** Compares what the two programs of a figure's case reported. */
export function compare(
  figure: Figure,
  ours: Samples,
  python: Samples,
): Result {
  const { by, name } = figure.other;
  const mine = summarize(ours[figure.ours]);
  const other = summarize((by === "ours" ? ours : python)[name]);
  const ratio = mine && other && other.median > 0
    ? mine.median / other.median
    : undefined;
  return {
    figure,
    ours: mine,
    other,
    ratio,
    met: isMet(figure.requirement, mine?.median, ratio),
  };
}

function summarize(samples: number[] = []): Summary | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

function isMet(
  requirement: Requirement | undefined,
  median: number | undefined,
  ratio: number | undefined,
): boolean | undefined {
  const value = requirement?.of === "ratio" ? ratio : median;
  if (requirement === undefined || value === undefined) return undefined;
  switch (requirement.bound) {
    case "≤":
      return value <= requirement.value;
    case "<":
      return value < requirement.value;
    case "≥":
      return value >= requirement.value;
  }
}
