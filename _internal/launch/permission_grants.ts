import {
  DEFAULT_IMPORT_HOSTS,
  denyFlags,
  flagItem,
  grantedItems,
  importHosts,
  isGranted,
} from "./permission_items.ts";
import { grantOf, type PermissionKind } from "./permission_kind.ts";

/** No host: a list of hosts to import from cannot be empty. */
const NOWHERE = "nowhere.invalid";

const VERBS: Readonly<Record<PermissionKind, string>> = {
  read: "read",
  write: "write to",
  net: "connect to",
  env: "see",
  sys: "ask for",
  run: "run",
  ffi: "load",
  import: "import from",
};

/** The flags that hand on what this program has of a kind. */
export function inheritKind(
  kind: PermissionKind,
  ownFlags: readonly string[],
  modules: readonly string[],
): readonly string[] {
  const grant = grantOf(kind);
  const denied = denyFlags(kind, ownFlags);
  if (grant === "whole") return [`--allow-${kind}`, ...denied];
  // All but some: without the list of what is denied, nothing can be granted.
  if (grant === "whole but some") {
    return denied.length > 0 ? [`--allow-${kind}`, ...denied] : [];
  }
  const items = grantedItems(kind, ownFlags);
  return kind === "import"
    ? grantImport(items, ownFlags, modules)
    : grantItems(kind, items, ownFlags);
}

/**
 * The flags that grant a kind as a whole.
 *
 * @throws {Deno.errors.NotCapable} if this program has it in parts only
 */
export function grantWhole(
  kind: PermissionKind,
  ownFlags: readonly string[],
  doing: string,
): readonly string[] {
  const flags = inheritKind(kind, ownFlags, []);
  if (flags[0] === `--allow-${kind}`) return flags;
  throw new Deno.errors.NotCapable(
    `Cannot ${doing}: permissions.${kind} is true, but this program may not ${
      VERBS[kind]
    } everything itself`,
  );
}

/** The flags that grant some items of a kind. */
export function grantItems(
  kind: PermissionKind,
  items: readonly string[],
  ownFlags: readonly string[],
): readonly string[] {
  if (items.length === 0) return [];
  return [`--allow-${kind}=${items.join(",")}`, ...denyFlags(kind, ownFlags)];
}

/** The flags that let a child import from the hosts among these that this program has. */
export function grantImport(
  items: readonly string[],
  ownFlags: readonly string[],
  modules: readonly string[],
): readonly string[] {
  const all = [...new Set([...items, ...importHosts(modules)])];
  const hosts = all.filter((host) => isGranted("import", host, ownFlags));
  // Without a flag the child may import from the default hosts.
  const isDefault = hosts.length === DEFAULT_IMPORT_HOSTS.length &&
    DEFAULT_IMPORT_HOSTS.every((host) => hosts.includes(host));
  const denied = denyFlags("import", ownFlags);
  return isDefault
    ? denied
    : [`--allow-import=${hosts.join(",") || NOWHERE}`, ...denied];
}

/**
 * An item somebody asked for, the way flags have it.
 *
 * @throws {Deno.errors.NotCapable} if this program has it not itself
 * @throws {TypeError} if it is no item of this kind
 */
export function checkedItem(
  kind: PermissionKind,
  item: unknown,
  ownFlags: readonly string[],
  doing: string,
): string {
  let granted: boolean;
  let text: string;
  try {
    text = flagItem(kind, item);
    granted = isGranted(kind, text, ownFlags);
  } catch (error) {
    throw new TypeError(
      `Cannot ${doing}: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
  if (granted) return text;
  throw new Deno.errors.NotCapable(
    `Cannot ${doing}: permissions.${kind} asks for "${item}", which this program may not ${
      VERBS[kind]
    } itself`,
  );
}
