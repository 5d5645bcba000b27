import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { grantOf, PERMISSION_KINDS } from "./permission_kind.ts";

/** Reads the bytes of this process's command line, parts ended by a 0. */
export type CommandLineReader = () => Uint8Array | undefined;

let once: CommandLine | undefined;

/**
 * The command line this process was started with.
 *
 * @param read Reads it where permission to read files does not suffice.
 * @returns Its parts, or nothing where it cannot be read.
 */
export function ownCommandLine(
  read?: CommandLineReader,
): CommandLine | undefined {
  // That of a compiled program has the user's arguments only.
  if (once !== undefined || Deno.build.standalone) return once;
  const bytes = read?.() ?? readGranted();
  if (bytes === undefined || bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes).replace(/\0$/, "");
  return once = parseCommandLine(text.split("\0"));
}

/** Deno shows files below `/proc` only to programs that may do everything. */
function readGranted(): Uint8Array | undefined {
  if (Deno.build.os !== "linux") return undefined;
  if (PERMISSION_KINDS.some((kind) => grantOf(kind) !== "whole")) {
    return undefined;
  }
  try {
    return Deno.readFileSync("/proc/self/cmdline");
  } catch {
    return undefined;
  }
}
