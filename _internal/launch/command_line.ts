/** One flag of a Deno command line, by its long name. */
export interface CommandLineFlag {
  /** The long name without dashes; `-A` is `allow-all`. */
  readonly name: string;
  readonly value?: string;
}

/** A Deno command line, taken apart the way Deno does it. */
export interface CommandLine {
  /** `run` also where none was written, and for `watch`. */
  readonly subcommand: string;
  readonly flags: readonly CommandLineFlag[];
  /** The first argument that is no flag: a path, a URL, for `eval` the code. */
  readonly script?: string;
}

/** Subcommands that take one script; what follows it belongs to the script. */
const ONE_SCRIPT = new Set(["run", "watch", "serve", "eval", "x"]);

/** Subcommands that mix flags and files up to a `--`. */
const MANY_FILES = new Set(["test", "bench", "repl", "jupyter"]);

/** Flags whose value may be the next argument. All others need a `=`. */
const SEPARATE_VALUE = new Set([
  "cert",
  "conditions",
  "config",
  "coverage-threshold",
  "cpu-prof-dir",
  "cpu-prof-interval",
  "cpu-prof-name",
  "ext",
  "filter",
  "host",
  "import",
  "import-map",
  "importmap",
  "inspect-publish-uid",
  "junit-path",
  "linker",
  "location",
  "log-level",
  "min-dep-age",
  "minimum-dependency-age",
  "node-modules-linker",
  "port",
  "preload",
  "related",
  "repeats",
  "reporter",
  "require",
  "retry",
  "seed",
  "shard",
]);

const SHORT_FLAGS: Readonly<Record<string, string>> = {
  A: "allow-all",
  E: "allow-env",
  I: "allow-import",
  L: "log-level",
  N: "allow-net",
  P: "permission-set",
  R: "allow-read",
  S: "allow-sys",
  V: "version",
  W: "allow-write",
  c: "config",
  h: "help",
  q: "quiet",
  r: "reload",
};

const MORE_SHORT_FLAGS: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  eval: { p: "print" },
  serve: { t: "tunnel" },
  test: { u: "update-snapshots" },
};

/** Short flags that may carry a value directly, as in `-R=/tmp` and `-R/tmp`. */
const SHORT_WITH_VALUE = "EINPRSWr";

/** Flags that may stand before the subcommand; any other means `deno run`. */
const GLOBAL_FLAGS = new Set([
  "env-file",
  "env",
  "help",
  "version",
  "log-level",
  "quiet",
]);

function subcommandIndex(args: readonly string[]): number {
  let at = 1;
  while (at < args.length) {
    const arg = args[at];
    if (!arg.startsWith("-") || arg === "-") {
      return ONE_SCRIPT.has(arg) || MANY_FILES.has(arg) ? at : -1;
    }
    const long = arg.startsWith("--");
    const name = long ? arg.slice(2).split("=")[0] : SHORT_FLAGS[arg[1]];
    if (name === undefined || !GLOBAL_FLAGS.has(name)) return -1;
    const separate = name === "log-level" &&
      (long ? !arg.includes("=") : arg.length === 2);
    at += separate ? 2 : 1;
  }
  return -1;
}

/**
 * Takes a command line of Deno apart. Deno's own rules hold: which flags take
 * the next argument as their value, which need a `=`, how short flags combine,
 * and where the arguments of the script begin.
 *
 * @param args the whole command line, the program itself first
 * @returns its parts; arguments of the script are left out
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const skip = subcommandIndex(args);
  const subcommand = skip === -1 ? "run" : args[skip];
  const shorts = { ...SHORT_FLAGS, ...MORE_SHORT_FLAGS[subcommand] };
  const flags: CommandLineFlag[] = [];
  let script: string | undefined;

  for (let at = 1; at < args.length; at++) {
    const arg = args[at];
    if (at === skip) continue;
    if (arg === "--") break;
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = arg.slice(2, equals === -1 ? undefined : equals);
      if (equals !== -1) flags.push({ name, value: arg.slice(equals + 1) });
      else if (takesNext(name, args[at + 1])) {
        flags.push({ name, value: args[++at] });
      } else flags.push({ name });
    } else if (arg.startsWith("-") && arg.length > 1) {
      const last = pushShortFlags(arg, shorts, flags);
      if (last !== undefined && at + 1 < args.length) {
        flags.push({ name: last, value: args[++at] });
      }
    } else {
      script ??= arg;
      if (!MANY_FILES.has(subcommand)) break;
    }
  }
  return {
    subcommand: subcommand === "watch" ? "run" : subcommand,
    flags,
    script,
  };
}

function takesNext(name: string, next: string | undefined): boolean {
  if (next === undefined) return false;
  return SEPARATE_VALUE.has(name) || (name === "lock" && !next.startsWith("-"));
}

/** Returns the name of a last flag whose value is the next argument. */
function pushShortFlags(
  arg: string,
  shorts: Readonly<Record<string, string>>,
  flags: CommandLineFlag[],
): string | undefined {
  for (let at = 1; at < arg.length; at++) {
    const name = shorts[arg[at]];
    if (name === undefined) return undefined;
    const rest = arg.slice(at + 1);
    const value = rest.startsWith("=") ? rest.slice(1) : rest;
    if (SEPARATE_VALUE.has(name)) {
      if (rest === "") return name;
      flags.push({ name, value });
      return undefined;
    }
    if (
      SHORT_WITH_VALUE.includes(arg[at]) && rest !== "" &&
      shorts[rest[0]] === undefined
    ) {
      flags.push({ name, value });
      return undefined;
    }
    flags.push({ name });
  }
  return undefined;
}
