import type { Exists } from "./config_discovery.ts";
import { absolutePath } from "./file_path.ts";
import { isPathItem, PERMISSION_KINDS } from "./permission_kind.ts";
import {
  type Config,
  type Content,
  type Read,
  readContent,
  workspaceOf,
} from "./workspace.ts";

const SET_FLAG = /^--permission-set(?:=(.*))?$/s;

/**
 * Writes the permission sets among flags out: as flags, of which each item can be checked whether
 * this program still has it. To name the set again would give a child what was revoked since.
 *
 * @param ownFlags the permission flags of this program
 * @param config the path of its configuration file
 * @param read reads that file, and that of its workspace
 * @param exists tells whether there is a file
 * @returns flags without sets; a set that is not found grants nothing by itself
 */
export function withoutSets(
  ownFlags: readonly string[],
  config: string | undefined,
  read: Read,
  exists?: Exists,
): readonly string[] {
  const names = ownFlags.flatMap((flag) => {
    const match = SET_FLAG.exec(flag);
    return match === null ? [] : [match[1] ?? "default"];
  });
  if (names.length === 0) return ownFlags;
  const flags = ownFlags.filter((flag) => !SET_FLAG.test(flag));
  const own = config === undefined ? undefined : readContent(config, read);
  if (own === undefined) return flags;
  const workspace = workspaceOf(own, read, exists);
  const configs = workspace ? [own, workspace] : [own];
  return [...flags, ...names.flatMap((name) => flagsOf(name, configs))];
}

/** The flags of a set of the first file that has one of this name. */
function flagsOf(name: string, configs: readonly Config[]): readonly string[] {
  const config = configs.find((it) => setOf(it, name) !== undefined);
  return config === undefined
    ? []
    : writeSet(setOf(config, name)!, config.directory);
}

function setOf({ content }: Config, name: string): Content | undefined {
  const sets = content.permissions as Content | null | undefined;
  return (sets?.[name] ?? undefined) as Content | undefined;
}

function writeSet(set: Content, directory: string): readonly string[] {
  const flags = set.all === true ? ["--allow-all"] : [];
  for (const kind of PERMISSION_KINDS) {
    const value = set[kind];
    const parts = typeof value === "object" && value !== null &&
        !Array.isArray(value)
      ? value as Content
      : { allow: value };
    for (const verb of ["allow", "deny", "ignore"]) {
      const flag = `--${verb}-${kind}`;
      const part = parts[verb];
      if (part === true) flags.push(flag);
      if (!Array.isArray(part) || part.length === 0) continue;
      const items = part.map((item) => {
        return isPathItem(kind, item) ? absolutePath(item, directory) : item;
      });
      flags.push(`${flag}=${items.join(",")}`);
    }
  }
  return flags;
}
