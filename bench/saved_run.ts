import type { CaseSamples } from "./result.ts";

/** What was measured, where, and by which command. */
export interface SavedRun {
  machine: string;
  command: string;
  /** By the name of the case. */
  runs: Readonly<Record<string, CaseSamples>>;
}

/** More than the table shows, and no more than clocks can tell. */
const DIGITS = 5;

/** Writes a run as JSON, a line for the samples of each figure. */
export async function saveRun(
  file: string | URL,
  { machine, command, runs }: SavedRun,
): Promise<void> {
  const cases = Object.entries(runs).map(([name, { ours, python, peers }]) =>
    [name, { ours, python, peers }] as const
  );
  const text = JSON.stringify(
    { machine, command, runs: Object.fromEntries(cases) },
    (_, value) =>
      typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value,
    1,
  );
  const lines = text.replaceAll(
    /\[[-+.e\d,\s]*\]/g,
    (samples) => samples.replaceAll(/\s+/g, ""),
  );
  await Deno.writeTextFile(file, `${lines}\n`);
}

/**
 * Reads a run that {@linkcode saveRun} has written.
 *
 * @throws {Error} If there is no such file, or it is no JSON.
 */
export async function loadRun(file: string | URL): Promise<SavedRun> {
  return JSON.parse(await Deno.readTextFile(file));
}
