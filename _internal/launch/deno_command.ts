import { workingDirectory } from "./file_path.ts";
import { hasItem } from "./permission_kind.ts";
import { DENO_PATH } from "./self.ts";

/**
 * What to give to `Deno.Command` to run this Deno.
 *
 * @returns the path of this Deno, or `deno` where only that may be run
 */
export function denoCommand(): string {
  const isAllowed = hasItem("run", DENO_PATH) || !hasItem("run", "deno");
  return isAllowed ? DENO_PATH : "deno";
}

/** What to say of a process that has ended well, and did nothing of what it was to do. */
export function neverBegan(name: string): string {
  return `Process ${name}:
Error: Cannot run ${name}: the deno on the PATH ended with exit code 0 and did nothing, so it is not the Deno that runs this program; allow that by --allow-run=${DENO_PATH}`;
}

/**
 * Why this program cannot start processes, if it cannot. Never prompts.
 *
 * @param doing what is attempted, as in "start process"
 * @returns an error that names the flag to add
 */
export function runPermissionError(
  doing = "start process",
): Error | undefined {
  if (hasItem("run", DENO_PATH)) return undefined;
  const onPath = isDenoOnPath();
  if (onPath !== false && hasItem("run", "deno")) return undefined;
  return new Deno.errors.NotCapable(
    `Cannot ${doing}: no permission to run Deno; add --allow-run=${
      onPath ? "deno" : DENO_PATH
    }`,
  );
}

/** Whether `deno` on PATH is the Deno that runs; nothing if that cannot be told. */
function isDenoOnPath(): boolean | undefined {
  if (!hasItem("env", "PATH")) return undefined;
  const windows = Deno.build.os === "windows";
  for (
    const directory of Deno.env.get("PATH")?.split(windows ? ";" : ":") ?? []
  ) {
    const file = `${directory || workingDirectory()}/deno${
      windows ? ".exe" : ""
    }`;
    if (!hasItem("read", file)) return undefined;
    try {
      return Deno.realPathSync(file) === DENO_PATH;
    } catch {
      continue;
    }
  }
  return false;
}
