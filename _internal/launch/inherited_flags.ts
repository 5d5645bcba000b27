import type { CommandLine, CommandLineFlag } from "./command_line.ts";
import {
  configFlags,
  type Exists,
  fileExists,
  readConfig,
} from "./config_discovery.ts";
import { absolutePath, urlOf } from "./file_path.ts";
import { type CommandLineReader, ownCommandLine } from "./own_command_line.ts";
import { isPathItem } from "./permission_kind.ts";
import { directoryAtFirst, mainModule } from "./self.ts";
import { startDirectory } from "./start_directory.ts";
import { type Config, readContent, workspaceOf } from "./workspace.ts";

/** What the value of a flag is relative to, if to anything. */
type FlagValue = "as it is" | "path" | "path or url" | "path, url or name";

/**
 * The flags that decide what a program sees of the world: which modules it
 * resolves to what, and how it runs. Not here: what belongs to this one run of
 * the parent (watching, debugging, coverage, reloading, type checks, tests) and
 * `--env-file`, whose variables are in the environment that a child inherits.
 */
const INHERITED: ReadonlyMap<string, FlagValue> = new Map([
  ["cached-only", "as it is"],
  ["cert", "path"],
  ["conditions", "as it is"],
  ["config", "path"],
  ["frozen", "as it is"],
  ["frozen-lockfile", "as it is"],
  ["import", "path, url or name"],
  ["import-map", "path or url"],
  ["importmap", "path or url"],
  ["linker", "as it is"],
  ["location", "as it is"],
  ["lock", "path"],
  ["log-level", "as it is"],
  ["min-dep-age", "as it is"],
  ["minimum-dependency-age", "as it is"],
  ["no-code-cache", "as it is"],
  ["no-config", "as it is"],
  ["no-lock", "as it is"],
  ["no-npm", "as it is"],
  ["no-remote", "as it is"],
  ["no-use-env-proxy", "as it is"],
  ["node-modules-dir", "as it is"],
  ["node-modules-linker", "as it is"],
  ["preload", "path, url or name"],
  ["quiet", "as it is"],
  ["require", "path, url or name"],
  ["seed", "as it is"],
  ["sloppy-imports", "as it is"],
  ["unsafe-proto", "as it is"],
  ["unsafely-ignore-certificate-errors", "as it is"],
  ["use-env-proxy", "as it is"],
  ["v8-flags", "as it is"],
  ["vendor", "as it is"],
]);

const PERMISSION_FLAG =
  /^(?:(?:allow|deny)-(?:read|write|net|env|sys|run|ffi|import)|ignore-(?:read|env))$/;

/** What new objects of a child may take before the first of them are looked through. */
const YOUNG_MEGABYTES = 2;

let flagsOnce: readonly string[] | undefined;
let permissionFlagsOnce: readonly string[] | undefined;

/**
 * The flags a child needs to resolve modules and to run as its parent does.
 * Permissions are not among them.
 *
 * Where the command line of this process cannot be read (elsewhere than on
 * Linux, or without permission), it is only the configuration file.
 *
 * @param readCommandLine reads the command line of this process without
 * permission to read files
 * @param exists tells whether a file exists without permission to read files
 * @returns flags for `deno run`, paths made absolute
 */
export function inheritedFlags(
  readCommandLine?: CommandLineReader,
  exists?: Exists,
): readonly string[] {
  if (flagsOnce !== undefined) return flagsOnce;
  if (Deno.build.standalone) return flagsOnce = [];
  const line = ownCommandLine(readCommandLine);
  const flags = flagsFor(line, directoryOf(line), exists);
  if (line !== undefined) flagsOnce = flags;
  return flags;
}

/**
 * Flags for a child that has room for what it makes while it loads.
 *
 * To load its modules takes a child more than the megabyte that the engine gives new objects at
 * first. It would sort them twice on the way, and as none of them is garbage then, that takes a
 * tenth of what its start takes in all.
 *
 * @param inherited what it inherits
 * @param engineFlags what its environment tells the engine, which flags come before
 * @returns those as they are if either says how much room there is
 */
export function withRoomToLoad(
  inherited: readonly string[],
  engineFlags = "",
): readonly string[] {
  const theirs = inherited.filter((flag) => flag.startsWith("--v8-flags="));
  return /semi[-_]space/.test([engineFlags, ...theirs].join())
    ? inherited
    : [`--v8-flags=--min-semi-space-size=${YOUNG_MEGABYTES}`, ...inherited];
}

/**
 * The permission flags this process was started with, by their long names and
 * with absolute paths; none where its command line cannot be read.
 *
 * @param readCommandLine reads the command line of this process without
 * permission to read files
 * @returns flags such as `--allow-read=/tmp`, `--allow-all`, `--permission-set`
 */
export function inheritedPermissionFlags(
  readCommandLine?: CommandLineReader,
): readonly string[] {
  if (permissionFlagsOnce !== undefined) return permissionFlagsOnce;
  const line = ownCommandLine(readCommandLine);
  if (line === undefined) return [];
  return permissionFlagsOnce = permissionFlagsFor(line, directoryOf(line));
}

/** The directory that relative paths on the command line start at. */
function directoryOf(line: CommandLine | undefined): string {
  return startDirectory(line, mainModule(), directoryAtFirst());
}

/** The path of the configuration file that flags name, if they do. */
export function configOf(flags: readonly string[]): string | undefined {
  const start = "--config=";
  return flags.findLast((flag) => flag.startsWith(start))?.slice(start.length);
}

/**
 * Whether this process runs with an unstable feature switched on.
 *
 * @param name the feature, as in `--unstable-<name>`
 * @param readCommandLine reads the command line of this process without
 * permission to read files
 * @returns nothing if that cannot be told
 */
export function hasUnstableFeature(
  name: string,
  readCommandLine?: CommandLineReader,
): boolean | undefined {
  const flags = inheritedFlags(readCommandLine);
  if (flags.includes(`--unstable-${name}`)) return true;
  const config = configOf(flags);
  const own = config && readContent(config, readConfig);
  const workspace = own ? workspaceOf(own, readConfig) : undefined;
  // A member of a workspace cannot switch any on.
  const rules = workspace === null ? own : workspace;
  if (rules && listsFeature(rules, name)) return true;
  const isKnown = ownCommandLine(readCommandLine) !== undefined &&
    (Boolean(rules) || flags.includes("--no-config"));
  return isKnown ? false : undefined;
}

function listsFeature(
  { content: { unstable } }: Config,
  name: string,
): boolean {
  return Array.isArray(unstable) && unstable.includes(name);
}

/**
 * The flags out of a command line that a child inherits.
 *
 * @param line the command line, if it is known
 * @param directory what relative paths of the command line start at
 * @param exists tells whether a file exists without permission to read files
 * @returns flags for `deno run`
 */
export function flagsFor(
  line: CommandLine | undefined,
  directory: string,
  exists?: Exists,
): readonly string[] {
  const kept = line?.flags.filter(isInherited) ?? [];
  const flags = kept.map((flag) => writeFlag(flag, directory, exists));
  if (kept.some(({ name }) => name === "config" || name === "no-config")) {
    return flags;
  }
  const found = configFlags(line, directory, exists);
  // Of two the later one wins: "auto" has already made the directory it makes.
  const isNone = kept.some(({ name, value }) =>
    name === "node-modules-dir" && value === "none"
  );
  return [...flags, ...isNone ? found.slice(0, 1) : found];
}

/**
 * The permission flags out of a command line.
 *
 * @param line the command line
 * @param directory what relative paths of the command line start at
 * @returns the flags by their long names, with absolute paths
 */
export function permissionFlagsFor(
  line: CommandLine,
  directory: string,
): readonly string[] {
  const flags: string[] = [];
  for (const { name, value } of line.flags) {
    if (name === "allow-all") flags.push("--allow-all");
    // The nameless set of tests and benchmarks is not the one of `deno run`.
    else if (
      name === "permission-set" &&
      (value || !/^(?:test|bench)$/.test(line.subcommand))
    ) {
      flags.push(value ? `--permission-set=${value}` : "--permission-set");
    } else if (PERMISSION_FLAG.test(name)) {
      const kind = name.slice(name.indexOf("-") + 1);
      const items = value?.split(",").map((item) => {
        return isPathItem(kind, item) ? absolutePath(item, directory) : item;
      });
      flags.push(`--${name}${items ? `=${items.join(",")}` : ""}`);
    }
  }
  return flags;
}

function isInherited({ name }: CommandLineFlag): boolean {
  // --unstable-hmr is another name of --watch.
  return INHERITED.has(name) ||
    (name.startsWith("unstable-") && name !== "unstable-hmr");
}

function writeFlag(
  { name, value }: CommandLineFlag,
  directory: string,
  exists?: Exists,
): string {
  const kind = INHERITED.get(name) ?? "as it is";
  if (name === "lock" && !value) {
    return `--lock=${absolutePath("deno.lock", directory)}`;
  }
  if (value === undefined) return `--${name}`;
  const isUrl = kind !== "path" && urlOf(value) !== undefined;
  const isData = name === "cert" && value.startsWith("base64:");
  if (kind === "as it is" || isUrl || isData) return `--${name}=${value}`;
  const path = absolutePath(value, directory);
  const isName = kind === "path, url or name" && /^[^./\\]/.test(value) &&
    !fileExists(path, exists);
  return `--${name}=${isName ? value : path}`;
}
