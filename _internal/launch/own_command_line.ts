import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { denoCommand } from "./deno_command.ts";
import { grantOf, hasItem, PERMISSION_KINDS } from "./permission_kind.ts";

/** Reads the bytes of this process's command line, parts ended by a 0. */
export type CommandLineReader = () => Uint8Array | undefined;

/** How a Deno is started that needs nothing of what this one has been told. */
const DENO_ARGS = ["run", "--quiet", "--no-config", "--no-lock", "--allow-all"];

/** What commands have said of files; they would say the same again. */
const told = new Map<string, Uint8Array | undefined>();
let once: CommandLine | undefined;

/**
 * The command line this process was started with.
 *
 * @param read reads it where permission to read files does not suffice
 * @returns its parts, or nothing where it cannot be read
 */
export function ownCommandLine(
  read?: CommandLineReader,
): CommandLine | undefined {
  // That of a compiled program has the user's arguments only.
  if (once !== undefined || Deno.build.standalone) return once;
  const bytes = read?.() ?? readGranted() ??
    readByCommand(`/proc/${Deno.pid}/cmdline`);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes).replace(/\0$/, "");
  return once = parseCommandLine(text.split("\0"));
}

/**
 * Whoever may start programs may have one read a file: `cat`, or else a Deno that may do
 * everything, and does no more than this. It is read once.
 */
export function readByCommand(path: string): Uint8Array | undefined {
  if (Deno.build.os !== "linux") return undefined;
  if (!told.has(path)) told.set(path, runReader(path));
  return told.get(path);
}

function runReader(path: string): Uint8Array | undefined {
  const [command, ...args] = hasItem("run", "cat")
    ? ["cat", path]
    : [denoCommand(), ...DENO_ARGS, readingOf(path)];
  if (!hasItem("run", command)) return undefined;
  try {
    const { success, stdout } = new Deno.Command(command, {
      args,
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return success ? stdout : undefined;
  } catch {
    return undefined;
  }
}

/** A program that prints a file. */
function readingOf(path: string): string {
  const literal = JSON.stringify(path);
  return "data:text/javascript," + encodeURIComponent(
    `Deno.stdout.writeSync(Deno.readFileSync(${literal}))`,
  );
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
