import { drawBars, drawLines } from "./chart.ts";
import { type CaseSamples, type Result, timesAsFast } from "./result.ts";
import { linesOf } from "./sweep_lines.ts";
import { type Sweep, SWEEPS } from "./sweeps.ts";

/** A picture, and what it shows. */
export interface Picture {
  /** `overview.svg` */
  name: string;
  title: string;
  svg: string;
  /** Why it looks so. */
  why?: string;
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

function drawSweep(sweep: Sweep, run: CaseSamples): Picture {
  const { case: name, title, by, unit, label, why } = sweep;
  const { places, lines } = linesOf(run);
  const svg = drawLines({ title, by, unit, labels: places.map(label), lines });
  const file = `${name.replace("sweep_", "").replaceAll("_", "-")}.svg`;
  return { name: file, title: `${title}, by ${by}`, svg, why };
}
