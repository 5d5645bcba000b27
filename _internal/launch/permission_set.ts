import { absolutePath, parentDirectory } from "./file_path.ts";
import { parseJsonc } from "./jsonc.ts";
import { isPathItem, PERMISSION_KINDS } from "./permission_kind.ts";

const SET_FLAG = /^--permission-set(?:=(.*))?$/s;

/** A permission set of a configuration file, as far as it is written as it should be. */
type PermissionSet = Readonly<Record<string, unknown>>;

/**
 * Writes the permission sets among flags out: as flags, of which each item can be checked whether
 * this program still has it. To name the set again would give a child what was revoked since.
 *
 * @param ownFlags the permission flags of this program
 * @param config the path of its configuration file
 * @param read reads that file
 * @returns flags without sets; a set that is not found grants nothing by itself
 */
export function withoutSets(
  ownFlags: readonly string[],
  config: string | undefined,
  read: (path: string) => string | undefined,
): readonly string[] {
  const names = ownFlags.flatMap((flag) => {
    const match = SET_FLAG.exec(flag);
    return match === null ? [] : [match[1] ?? "default"];
  });
  if (names.length === 0) return ownFlags;
  const flags = ownFlags.filter((flag) => !SET_FLAG.test(flag));
  const text = config === undefined ? undefined : read(config);
  if (config === undefined || text === undefined) return flags;
  const { permissions } = (parseJsonc(text) ?? {}) as PermissionSet;
  const directory = parentDirectory(config);
  return names.reduce<readonly string[]>((all, name) => {
    const set = (permissions as PermissionSet | undefined)?.[name];
    return [...all, ...flagsOf(set as PermissionSet | undefined, directory)];
  }, flags);
}

function flagsOf(
  set: PermissionSet | undefined,
  directory: string,
): readonly string[] {
  if (set === undefined) return [];
  const flags = set.all === true ? ["--allow-all"] : [];
  for (const kind of PERMISSION_KINDS) {
    const value = set[kind];
    const parts = typeof value === "object" && value !== null &&
        !Array.isArray(value)
      ? value as PermissionSet
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
