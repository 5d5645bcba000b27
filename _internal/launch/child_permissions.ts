import { readConfig } from "./config_discovery.ts";
import { hasUnstableFeature } from "./inherited_flags.ts";
import {
  checkedItem,
  grantImport,
  grantItems,
  grantWhole,
  inheritKind,
} from "./permission_grants.ts";
import { accessByLibc } from "./look_by_libc.ts";
import { readByCommand } from "./own_command_line.ts";
import { DEFAULT_IMPORT_HOSTS } from "./permission_items.ts";
import { grantOf, PERMISSION_KINDS } from "./permission_kind.ts";
import { withoutSets } from "./permission_set.ts";

/** The permissions somebody asks for a child. */
export type PermissionRequest =
  | "inherit"
  | "none"
  | Deno.PermissionOptionsObject;

/** What is known about the permissions of this program. */
export interface PermissionContext {
  /** Its own permission flags by their long names, as far as they are known. */
  readonly ownFlags: readonly string[];
  /** The path of its configuration file, where permission sets are, if that is known. */
  readonly config?: string;
  /** The modules a child imports to come into being. */
  readonly modules?: readonly string[];
  /** What is attempted, for messages, as in "start process". */
  readonly doing?: string;
}

/**
 * The permission flags for a child. It never gets more than this program has.
 *
 * A kind of permission that is granted in parts is handed on item by item as far
 * as the items are known from this program's flags, and each only if it is still
 * granted. As in the object for a `Worker`, a kind that is not named is not
 * granted. Remote modules are the exception: a process cannot tell what it needs
 * to come into being from what it imports later, so unless `import` is named it
 * may import from where any program may and from where its modules are.
 *
 * @param request what is asked for
 * @param context what is known about this program
 * @returns flags for `deno run`
 * @throws {Deno.errors.NotCapable} if this program has not itself what is asked
 * @throws {TypeError} if the request is none
 */
export function permissionFlags(
  request: PermissionRequest,
  context: PermissionContext,
): readonly string[] {
  const { modules = [], doing = "start process" } = context;
  const ownFlags = withoutSets(
    context.ownFlags,
    context.config,
    readInFull,
    accessByLibc,
  );
  checkPermissions(request, doing);
  if (request === "inherit") {
    return [...inherit(ownFlags, modules), "--no-prompt"];
  }
  const wanted: Deno.PermissionOptionsObject = request === "none"
    ? {}
    : request;
  const flags = PERMISSION_KINDS.flatMap((kind) => {
    const value = wanted[kind];
    if (value === "inherit") return inheritKind(kind, ownFlags, modules);
    if (value === true) return grantWhole(kind, ownFlags, doing);
    const items = value
      ? value.map((item) => checkedItem(kind, item, ownFlags, doing))
      : [];
    if (kind !== "import") return grantItems(kind, items, ownFlags);
    return grantImport(
      [...items, ...value === undefined ? DEFAULT_IMPORT_HOSTS : []],
      ownFlags,
      modules,
    );
  });
  return [...flags, "--no-prompt"];
}

/**
 * The permissions for a thread, as options of a `Worker`.
 *
 * @param request what is asked for
 * @returns nothing if it inherits everything
 * @throws {TypeError} if the request is none
 * @throws {Deno.errors.NotSupported} if this program runs without the flag that
 * Deno needs for it, and would end
 */
export function workerPermissions(
  request: PermissionRequest,
):
  | { readonly deno: { readonly permissions: Deno.PermissionOptions } }
  | undefined {
  checkPermissions(request, "start thread");
  if (request === "inherit") return undefined;
  if (hasUnstableFeature("worker-options") === false) {
    throw new Deno.errors.NotSupported(
      'Cannot start thread: permissions other than "inherit" need --unstable-worker-options',
    );
  }
  return { deno: { permissions: request } };
}

function inherit(
  ownFlags: readonly string[],
  modules: readonly string[],
): readonly string[] {
  if (PERMISSION_KINDS.every((kind) => grantOf(kind) === "whole")) {
    return ["--allow-all"];
  }
  return PERMISSION_KINDS.flatMap((kind) =>
    inheritKind(kind, ownFlags, modules)
  );
}

/** Reads a file that this program was started with, if need be by a command. */
function readInFull(path: string): string | undefined {
  const text = readConfig(path);
  if (text !== undefined) return text;
  const bytes = readByCommand(path);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * Checks that what is asked for is something that can be.
 *
 * @param doing what it is for, as in "create process"
 * @throws {TypeError} if it is not
 */
export function checkPermissions(request: unknown, doing: string): void {
  if (request === "inherit" || request === "none") return;
  if (
    typeof request !== "object" || request === null || Array.isArray(request)
  ) {
    throw new TypeError(
      `Cannot ${doing}: permissions is none of "inherit", "none" and an object`,
    );
  }
  for (const [kind, value] of Object.entries(request)) {
    if (!PERMISSION_KINDS.some((known) => known === kind)) {
      throw new TypeError(
        `Cannot ${doing}: permissions.${kind} is no permission of Deno`,
      );
    }
    const isValue = value === undefined || value === "inherit" ||
      typeof value === "boolean";
    if (isValue || Array.isArray(value)) continue;
    throw new TypeError(
      `Cannot ${doing}: permissions.${kind} is none of "inherit", a boolean and an array`,
    );
  }
}
