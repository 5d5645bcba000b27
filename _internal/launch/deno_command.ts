import { hasItem } from "./permission_kind.ts";

/**
 * What to give to `Deno.Command` to run this Deno.
 *
 * @returns The path of this Deno, or `deno` where only that may be run.
 */
export function denoCommand(): string {
  const path = Deno.execPath();
  return !hasItem("run", path) && hasItem("run", "deno") ? "deno" : path;
}
