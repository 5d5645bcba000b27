import type { Figure, Requirement } from "./figures.ts";
import type { Samples } from "./run_case.ts";

/** The middle of some samples, how far they spread, and how many there are. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  count: number;
}

/** A figure, measured. */
export interface Result {
  figure: Figure;
  ours: Summary | undefined;
  other: Summary | undefined;
  /** What the other one is called, if that is worth telling. */
  otherTitle: string;
  /** Our median in terms of the other one. */
  ratio: number | undefined;
  /** Whether the requirement is met; `undefined` if that was not measured. */
  met: boolean | undefined;
}

/** What the programs of a case reported. */
export interface CaseSamples {
  ours: Samples;
  python: Samples;
  /** By the name of the peer. */
  peers: Samples;
}

/** Compares what the programs of a figure's case reported. */
export function compare(figure: Figure, samples: CaseSamples): Result {
  const { by, title } = figure.other;
  const name = by === "peers"
    ? bestOf(samples.peers, figure)
    : figure.other.name;
  const mine = summarize(samples.ours[figure.ours]);
  const other = summarize(samples[by][name]);
  const ratio = mine && other && other.median > 0
    ? mine.median / other.median
    : undefined;
  return {
    figure,
    ours: mine,
    other,
    otherTitle: by === "peers" ? name : title,
    ratio,
    met: isMet(figure.requirement, mine?.median, ratio),
  };
}

/** The peer with the most of what there is by the second, or the least of what it costs. */
function bestOf(peers: Samples, { unit, other }: Figure): string {
  const sign = unit.endsWith("/s") ? -1 : 1;
  const medians = Object.entries(peers)
    .filter(([name]) => (name.split(", ")[1] ?? "") === other.name)
    .map(([name, samples]) =>
      [name, sign * summarize(samples)!.median] as const
    );
  return medians.sort(([, a], [, b]) => a - b)[0]?.[0] ?? "";
}

/** Summarizes samples; nothing of none. */
export function summarize(samples: number[] = []): Summary | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
  return {
    median,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    count: samples.length,
  };
}

/** How many times as fast ours is, of what has a speed. */
export function timesAsFast(
  { figure: { unit }, ratio }: Result,
): number | undefined {
  if (ratio === undefined || ratio === 0) return undefined;
  if (unit.endsWith("/s")) return ratio;
  return unit === "ms" || unit === "µs" ? 1 / ratio : undefined;
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
