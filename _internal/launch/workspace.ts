import { denoConfig, type Exists, upwards } from "./config_discovery.ts";
import { absolutePath, filePath, parentDirectory, urlOf } from "./file_path.ts";
import { parseJsonc } from "./jsonc.ts";

/** What is written in a configuration file, as far as it is as it should be. */
export type Content = Readonly<Record<string, unknown>>;

/** A configuration file that has been read. */
export interface Config {
  /** The directory it is in. */
  readonly directory: string;
  readonly content: Content;
}

/** Reads a file; nothing if it cannot. */
export type Read = (path: string) => string | undefined;

const PATTERN = /\*\*[/\\]|\*\*|\*|\?|\W/g;
const WILDCARDS: Readonly<Record<string, string>> = {
  "**/": "(?:.*[/\\\\])?",
  "**\\": "(?:.*[/\\\\])?",
  "**": ".*",
  "*": "[^/\\\\]*",
  "?": "[^/\\\\]",
};

/** Reads a configuration file; nothing if that is not to be had. */
export function readContent(path: string, read: Read): Config | undefined {
  const text = read(path);
  const content = text === undefined ? undefined : parseJsonc(text);
  if (typeof content !== "object" || content === null) return undefined;
  return { directory: parentDirectory(path), content: content as Content };
}

/**
 * The configuration of the workspace that another one is a member of.
 *
 * @param member the configuration that Deno has found
 * @param read reads a file
 * @param exists tells whether there is a file
 * @returns `null` if it is in none, or has one itself; nothing if that cannot be told
 */
export function workspaceOf(
  member: Config,
  read: Read,
  exists?: Exists,
): Config | null | undefined {
  if ("workspace" in member.content) return null;
  const above = parentDirectory(member.directory);
  if (above === member.directory) return null;
  for (const directory of upwards(above)) {
    const path = denoConfig(directory, exists);
    if (path === null) continue;
    const config = path && readContent(path, read);
    if (!config) return undefined;
    // Only the nearest one counts, whether it knows the member or not.
    if ("workspace" in config.content) {
      return hasMember(config, member.directory) ? config : null;
    }
  }
  return null;
}

function hasMember(
  { directory, content: { workspace } }: Config,
  member: string,
): boolean {
  const listed = Array.isArray(workspace)
    ? workspace
    : (workspace as Content | null)?.members;
  if (!Array.isArray(listed)) return false;
  const patterns = listed.filter((it) => typeof it === "string");
  const isListed = (pattern: string) => matches(member, pattern, directory);
  return patterns.some(isListed) &&
    !patterns.some((it) => it.startsWith("!") && isListed(it.slice(1)));
}

function matches(path: string, pattern: string, directory: string): boolean {
  const url = urlOf(pattern);
  const whole = url?.protocol === "file:"
    ? filePath(url)
    : absolutePath(pattern, directory);
  const source = whole.replace(/[/\\]$/, "").replace(
    PATTERN,
    (part) => WILDCARDS[part] ?? `\\${part}`,
  );
  return new RegExp(`^${source}$`, "s").test(path);
}
