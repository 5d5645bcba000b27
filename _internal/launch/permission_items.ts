import {
  absolutePath,
  filePath,
  parentDirectory,
  urlOf,
  workingDirectory,
} from "./file_path.ts";
import { itemsOf } from "./flag_items.ts";
import {
  grantOf,
  hasItem,
  isPathItem,
  type PermissionKind,
} from "./permission_kind.ts";
import { DENO_PATH } from "./self.ts";

/** The hosts that a program may import from without asking. */
export const DEFAULT_IMPORT_HOSTS: readonly string[] = [
  "jsr.io:443",
  "deno.land:443",
  "esm.sh:443",
  "raw.esm.sh:443",
  "cdn.jsdelivr.net:443",
  "raw.githubusercontent.com:443",
  "gist.githubusercontent.com:443",
];

const SYSTEM_INTERFACES: readonly string[] = [
  "ca",
  "cpus",
  "getPriority",
  "getegid",
  "gid",
  "homedir",
  "hostname",
  "inspector",
  "loadavg",
  "networkInterfaces",
  "osRelease",
  "osUptime",
  "setPriority",
  "setegid",
  "seteuid",
  "setgid",
  "setuid",
  "statfs",
  "systemMemoryInfo",
  "uid",
  "umask",
  "userInfo",
];

/**
 * The items of a kind that this program has, as far as they can be found: those
 * of its own flags that are still granted, or else the ones worth asking about.
 *
 * @param kind a kind that is not granted whole
 * @param ownFlags the permission flags of this program, as far as they are known
 */
export function grantedItems(
  kind: PermissionKind,
  ownFlags: readonly string[],
): readonly string[] {
  const listed = itemsOf(ownFlags, kind).flatMap(expandPort);
  const items = listed.length > 0 ? listed : likelyItems(kind);
  return [...new Set(items)].filter((item) => {
    try {
      return isGranted(kind, item, ownFlags);
    } catch {
      return false; // not an item in this version of Deno
    }
  });
}

/**
 * Whether this program has an item itself.
 *
 * @param item the item, a path absolute
 * @param ownFlags the permission flags of this program, as far as they are known
 * @throws {TypeError | URIError} if Deno does not understand the item
 */
export function isGranted(
  kind: PermissionKind,
  item: string,
  ownFlags: readonly string[],
): boolean {
  const sample = kind === "net" ? sampleHost(item) : item;
  if (sample === item) return hasItem(kind, item);
  // Deno can be asked about one host, not about a range of them.
  const isListed = itemsOf(ownFlags, kind).includes(item);
  return (isListed || grantOf(kind) !== "items") && hasItem(kind, sample);
}

/** The deny lists that belong to a kind. */
export function denyFlags(
  kind: PermissionKind,
  ownFlags: readonly string[],
): readonly string[] {
  return ownFlags.filter((flag) =>
    flag.replace(/=.*/s, "").match(/^--(?:deny|ignore)-(.*)/)?.[1] === kind
  );
}

/** The hosts that modules are imported from. */
export function importHosts(modules: readonly string[]): readonly string[] {
  const hosts = modules.map(urlOf).flatMap((url) => {
    if (url?.protocol === "https:") return `${url.hostname}:${url.port || 443}`;
    return url?.protocol === "http:" ? `${url.hostname}:${url.port || 80}` : [];
  });
  return [...new Set(hosts)];
}

/**
 * An item somebody asked for, the way flags have it.
 *
 * @throws {TypeError} if it cannot stand in a flag
 */
export function flagItem(kind: PermissionKind, item: unknown): string {
  if (item instanceof URL) {
    item = item.protocol === "file:" ? filePath(item) : item.href;
  }
  if (typeof item !== "string" || item === "") {
    throw new TypeError(`permissions.${kind} has an item that is no string`);
  }
  if (item.includes(",")) {
    throw new TypeError(
      `permissions.${kind} has "${item}", and a comma cannot be passed on`,
    );
  }
  return isPathItem(kind, item)
    ? absolutePath(item, workingDirectory() ?? "/")
    : item;
}

/** `:80` on the command line stands for three hosts. */
function expandPort(item: string): readonly string[] {
  return /^:\d+$/.test(item)
    ? ["0.0.0.0", "127.0.0.1", "localhost"].map((host) => host + item)
    : [item];
}

function sampleHost(item: string): string {
  if (item.startsWith("*.")) return `any${item.slice(1)}`;
  return item.startsWith("unix:") ? item : item.replace(/\/\d+$/, "");
}

function likelyItems(kind: PermissionKind): readonly string[] {
  switch (kind) {
    case "read":
    case "write":
      return likelyDirectories();
    case "run":
      return ["deno", DENO_PATH];
    case "sys":
      return SYSTEM_INTERFACES;
    case "net":
      return ["localhost", "127.0.0.1", "0.0.0.0"];
    case "import":
      return DEFAULT_IMPORT_HOSTS;
    default:
      return [];
  }
}

function likelyDirectories(): readonly string[] {
  const main = urlOf(Deno.mainModule ?? "");
  const directories = main?.protocol === "file:"
    ? [parentDirectory(filePath(main))]
    : [];
  const working = workingDirectory();
  return working === undefined ? directories : [working, ...directories];
}
