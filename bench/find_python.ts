import { findVersion } from "./machine.ts";

/** A CPython, and what it says it is: `CPython 3.13.0`. */
export interface Python {
  command: string;
  version: string;
}

/** What a newer one is called where `python3` is an older one. */
const COMMANDS = ["python3.14", "python3.13", "python3"];

/** Finds the CPython that is asked for: what `PYTHON` in the environment says, or `python3`. */
export async function findPython(): Promise<Python | undefined> {
  return (await findAll([wanted() ?? "python3"]))[0];
}

/** Finds what `PYTHON` says, or else the newest CPython on the path and among those of pyenv. */
export async function findNewestPython(): Promise<Python | undefined> {
  const asked = wanted();
  const commands = asked ? [asked] : [...COMMANDS, ...listPyenv()];
  return newest(await findAll(commands));
}

function wanted(): string | undefined {
  return Deno.env.get("PYTHON") || undefined;
}

async function findAll(commands: readonly string[]): Promise<Python[]> {
  const found: Python[] = [];
  for (const command of commands) {
    const version = await findVersion(command);
    if (version === undefined) continue;
    found.push({ command, version: version.replace(/^Python/, "CPython") });
  }
  return found;
}

/** The newest of some; the first of those that are the same. */
export function newest(pythons: readonly Python[]): Python | undefined {
  const order = new Intl.Collator("en", { numeric: true });
  return pythons.toSorted((a, b) => order.compare(b.version, a.version))[0];
}

function listPyenv(): string[] {
  const root = Deno.env.get("PYENV_ROOT") ??
    `${Deno.env.get("HOME") ?? ""}/.pyenv`;
  try {
    return Array.from(
      Deno.readDirSync(`${root}/versions`),
      ({ name }) => `${root}/versions/${name}/bin/python3`,
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
