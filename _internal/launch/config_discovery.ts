import type { CommandLine } from "./command_line.ts";
import { absolutePath, filePath, parentDirectory, urlOf } from "./file_path.ts";

/** Whether there is a file of this name; nothing if that cannot be told. */
export type Exists = (path: string) => boolean | undefined;

const NODE_MODULES = /[/\\]node_modules(?=[/\\]|$).*/;

/**
 * The flags that give a child the configuration file its parent found.
 *
 * Deno looks for one from the main module's directory upwards. A child's main
 * module is a `data:` URL, for which Deno looks nowhere.
 *
 * @param line the command line of this process, if it is known
 * @param directory the directory this process was started in
 * @param exists tells whether a file exists without permission to read files
 * @returns `--config=…`; what stands for a lone `package.json`; `--no-config` if
 * there is neither; nothing if that cannot be told
 */
export function configFlags(
  line: CommandLine | undefined,
  directory: string,
  exists?: Exists,
): readonly string[] {
  const start = discoveryStart(line, directory);
  if (start === undefined) return [];
  if (start === null) return ["--no-config"];
  let hasPackage = false;
  for (const directory of upwards(start.replace(NODE_MODULES, ""))) {
    const found = denoConfig(directory, exists);
    if (found === undefined) return hasPackage ? PACKAGE_ONLY : [];
    // A package.json that is nearer hides it, unless it is the workspace of both.
    if (found !== null && (!hasPackage || isWorkspace(found))) {
      return [`--config=${found}`];
    }
    const isPackage = fileExists(join(directory, "package.json"), exists);
    if (isPackage === undefined && !hasPackage) return [];
    hasPackage ||= isPackage === true;
  }
  return hasPackage ? PACKAGE_ONLY : ["--no-config"];
}

/** `null` if Deno did not look for a configuration, nothing if not known. */
function discoveryStart(
  line: CommandLine | undefined,
  directory: string,
): string | null | undefined {
  if (line === undefined) {
    return startOf(Deno.mainModule, directory) ?? undefined;
  }
  // Other subcommands start at the working directory, wherever their files are.
  if (line.subcommand !== "run" || line.script === undefined) return directory;
  return startOf(line.script, directory);
}

function startOf(
  script: string | undefined,
  directory: string,
): string | null | undefined {
  if (script === undefined) return undefined; // the main module, in a thread
  const url = urlOf(script);
  if (url === undefined) {
    return parentDirectory(absolutePath(script, directory));
  }
  if (url.protocol === "file:") return parentDirectory(filePath(url));
  return url.protocol === "npm:" || url.protocol === "jsr:" ? directory : null;
}

/**
 * There is no flag that names a package.json. What Deno does on finding one is
 * to resolve packages as Node does, from the importing file upwards.
 */
const PACKAGE_ONLY = ["--no-config", "--node-modules-dir=manual"];

/** A directory and those that it is in, the root last. */
export function* upwards(directory: string): Generator<string> {
  for (
    let last = "";
    directory !== last;
    directory = parentDirectory(directory)
  ) {
    yield last = directory;
  }
}

/** The configuration file in a directory, `null` if there is none; nothing if that cannot be told. */
export function denoConfig(
  directory: string,
  exists?: Exists,
): string | null | undefined {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const path = join(directory, name);
    const known = fileExists(path, exists);
    if (known === undefined) return undefined;
    if (known) return path;
  }
  return null;
}

/** Whether there is a file of this name; nothing if that cannot be told. */
export function fileExists(path: string, exists?: Exists): boolean | undefined {
  const known = exists?.(path);
  if (known !== undefined || !mayRead(path)) return known;
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
}

function isWorkspace(path: string): boolean {
  return /"workspace"\s*:/.test(readConfig(path) ?? "");
}

/** The text of a configuration file, if this program may read it. */
export function readConfig(path: string): string | undefined {
  if (!mayRead(path)) return undefined;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** Asks first: reading without permission would prompt the user. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

function join(directory: string, name: string): string {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  return directory.endsWith(separator)
    ? directory + name
    : directory + separator + name;
}
