import { drawBars, drawLines } from "./chart.ts";
import type { CaseSamples, Result } from "./result.ts";
import { summarize } from "./result.ts";
import { type Sweep, SWEEPS } from "./sweeps.ts";

/** A picture, and what it shows. */
export interface Picture {
  /** `overview.svg` */
  name: string;
  title: string;
  svg: string;
}

/** Draws what was measured: how we compare, and how figures grow. */
export function drawAll(
  results: readonly Result[],
  runs: Readonly<Record<string, CaseSamples>>,
): Picture[] {
  const bars = results.flatMap((result) => {
    const times = timesAsFast(result);
    const { figure, otherTitle } = result;
    if (times === undefined || figure.other.by === "ours") return [];
    const beside = figure.other.by === "peers" ? otherTitle : "CPython";
    const title = figure.title.replaceAll("`", "");
    const name = title.endsWith(beside) ? title : `${title}, ${beside}`;
    return [{ name, times }];
  });
  const pictures = SWEEPS.flatMap((sweep) => {
    const run = runs[sweep.case];
    return run === undefined ? [] : [drawSweep(sweep, run)];
  });
  if (bars.length === 0) return pictures;
  const title = "How many times as fast as others";
  const svg = drawBars({ title, unit: "1× is as fast as the other", bars });
  return [{ name: "overview.svg", title, svg }, ...pictures];
}

/** How many times as fast ours is, of what has a speed. */
export function timesAsFast(
  { figure: { unit }, ratio }: Result,
): number | undefined {
  if (ratio === undefined || ratio === 0) return undefined;
  if (unit.endsWith("/s")) return ratio;
  return unit === "ms" || unit === "µs" ? 1 / ratio : undefined;
}

function drawSweep(
  { case: name, title, by, unit, label }: Sweep,
  { ours, python, peers }: CaseSamples,
): Picture {
  // A program reports each of its lines as `line@place`.
  const medians = new Map<string, Map<string, number>>();
  const places = new Set<string>();
  for (
    const [key, samples] of Object.entries({ ...ours, ...python, ...peers })
  ) {
    const [line, place] = key.split("@");
    places.add(place);
    const values = medians.get(line) ?? new Map<string, number>();
    values.set(place, summarize(samples)!.median);
    medians.set(line, values);
  }
  const svg = drawLines({
    title,
    by,
    unit,
    labels: [...places].map(label),
    lines: Array.from(medians, ([name, values]) => ({
      name,
      values: Array.from(places, (place) => values.get(place)),
    })),
  });
  const file = `${name.replace("sweep_", "").replaceAll("_", "-")}.svg`;
  return { name: file, title: `${title}, by ${by}`, svg };
}
