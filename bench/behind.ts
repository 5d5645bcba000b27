import { formatNumber } from "./format_number.ts";
import { type CaseSamples, type Result, timesAsFast } from "./result.ts";
import { linesOf, type SweepLine } from "./sweep_lines.ts";
import { type Sweep, SWEEPS } from "./sweeps.ts";

/** How much faster a point of another line has to be to be named: two runs differ by less. */
const CLEARLY = 1.05;

/** What is slower here than elsewhere: a line for each figure, and for each sweep and line in it. */
export function listSlower(
  results: readonly Result[],
  runs: Readonly<Record<string, CaseSamples>>,
): string[] {
  const figures = results.flatMap((result) => {
    const times = timesAsFast(result);
    const { title, other } = result.figure;
    if (times === undefined || times >= 1 || other.by === "ours") return [];
    return [`${title} (${nameOfOther(result)}: ${times.toFixed(2)}×)`];
  });
  return [
    ...figures,
    ...SWEEPS.flatMap((sweep) => {
      const run = runs[sweep.case];
      return run === undefined ? [] : slowerIn(sweep, run);
    }),
  ];
}

/** What takes more memory or processor than elsewhere. */
export function listMore(results: readonly Result[]): string[] {
  return results.flatMap((result) => {
    const { figure: { title, unit, other: { by } }, ours, other, ratio } =
      result;
    if (unit !== "MB" && unit !== "%" || by === "ours") return [];
    if (!ours || !other || ours.median <= other.median) return [];
    const [mine, theirs] = [ours, other].map(({ median }) =>
      `${formatNumber(median)} ${unit}`
    );
    // There is none to nothing.
    const times = ratio === undefined ? "" : `, ${ratio.toFixed(1)}×`;
    return [`${title} (${mine}; ${nameOfOther(result)}: ${theirs}${times})`];
  });
}

function nameOfOther({ otherTitle }: Result): string {
  return otherTitle || "CPython";
}

function slowerIn(sweep: Sweep, run: CaseSamples): string[] {
  const { places, lines } = linesOf(run);
  const labels = places.map(sweep.label);
  const ours = lines.filter(({ isOurs }) => isOurs);
  return lines.filter(({ isOurs }) => !isOurs).flatMap((other) => {
    const points = ours.flatMap((mine) => pointsBehind(mine, other, labels));
    if (points.length === 0) return [];
    return [
      `${sweep.title}, by ${sweep.by} (${other.name}: ${points.join("; ")})`,
    ];
  });
}

/** Where one of our lines is clearly below another: `` `Pool` 0.90× at 100 µs ``. */
function pointsBehind(
  mine: SweepLine,
  other: SweepLine,
  labels: readonly string[],
): string[] {
  const points = labels.flatMap((label, n) => {
    const [own, theirs] = [mine.values[n], other.values[n]];
    if (own === undefined || theirs === undefined) return [];
    if (theirs <= own * CLEARLY) return [];
    return [`${(own / theirs).toFixed(2)}× at ${label}`];
  });
  return points.length === 0 ? [] : [`\`${mine.name}\` ${points.join(", ")}`];
}
