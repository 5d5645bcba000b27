import { type CaseSamples, summarize } from "./result.ts";

/** What grows: the medians of one program or pool. */
export interface SweepLine {
  name: string;
  isOurs: boolean;
  /** A median for each place, or nothing where there is none. */
  values: readonly (number | undefined)[];
}

/** The lines of a sweep, of which programs report each sample as one of `line@place`. */
export function linesOf(
  { ours, python, peers }: CaseSamples,
): { places: string[]; lines: SweepLine[] } {
  const medians = new Map<string, Map<string, number>>();
  const places = new Set<string>();
  for (
    const [key, samples] of Object.entries({ ...ours, ...python, ...peers })
  ) {
    const [name, place] = key.split("@") as [string, string];
    places.add(place);
    const values = medians.get(name) ?? new Map<string, number>();
    values.set(place, summarize(samples)!.median);
    medians.set(name, values);
  }
  const own = new Set(Object.keys(ours).map((key) => key.split("@")[0]));
  const lines = Array.from(medians, ([name, values]) => ({
    name,
    isOurs: own.has(name),
    values: Array.from(places, (place) => values.get(place)),
  }));
  return { places: [...places], lines };
}
