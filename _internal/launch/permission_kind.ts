/** What Deno asks permission for. */
export type PermissionKind =
  | "read"
  | "write"
  | "net"
  | "env"
  | "sys"
  | "run"
  | "ffi"
  | "import";

/** All of them, in the order Deno lists them. */
export const PERMISSION_KINDS: readonly PermissionKind[] = [
  "read",
  "write",
  "net",
  "env",
  "sys",
  "run",
  "ffi",
  "import",
];

/** What an item of each kind is called when Deno is asked about it. */
const ITEM = {
  read: "path",
  write: "path",
  net: "host",
  env: "variable",
  sys: "kind",
  run: "command",
  ffi: "path",
  import: "host",
} as const;

/** Whether an item of a kind is a path; a program may be a name on PATH, too. */
export function isPathItem(kind: string, item: string): boolean {
  return kind === "read" || kind === "write" || kind === "ffi" ||
    (kind === "run" && /[/\\]/.test(item));
}

/** How much of a kind is granted: all, all but a deny list, or only items. */
export type Grant = "whole" | "whole but some" | "items";

/**
 * How much of a kind this program has; never prompts.
 *
 * @returns `"items"` also if it has none
 */
export function grantOf(kind: PermissionKind): Grant {
  const { state, partial } = query(kind);
  if (state !== "granted") return "items";
  return partial ? "whole but some" : "whole";
}

/**
 * Whether this program has one item of a kind; never prompts.
 *
 * @param item a path, host, variable, program or name of a system interface
 * @throws {TypeError | URIError} if Deno does not understand the item
 */
export function hasItem(kind: PermissionKind, item: string): boolean {
  return query(kind, item).state === "granted";
}

function query(name: PermissionKind, item?: string): Deno.PermissionStatus {
  const descriptor = item === undefined
    ? { name }
    : { name, [ITEM[name]]: item };
  // Deno knows "import", its declarations do not yet.
  return Deno.permissions.querySync(
    descriptor as unknown as Deno.PermissionDescriptor,
  );
}
