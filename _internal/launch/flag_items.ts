import type { PermissionKind } from "./permission_kind.ts";

/** The items of a kind that flags grant. */
export function itemsOf(
  flags: readonly string[],
  kind: PermissionKind,
): readonly string[] {
  const start = `--allow-${kind}=`;
  return flags.filter((flag) => flag.startsWith(start))
    .flatMap((flag) => flag.slice(start.length).split(","));
}

/** Whether flags grant a kind of permission whole. */
export function grantsAll(
  flags: readonly string[],
  kind: PermissionKind,
): boolean {
  if (flags.some((flag) => flag.startsWith(`--deny-${kind}`))) return false;
  return flags.some((flag) =>
    flag === `--allow-${kind}` || flag === "--allow-all" || flag === "-A"
  );
}

/** Whether flags grant connections to all ports of a host that they do not deny. */
export function grantsHost(flags: readonly string[], host: string): boolean {
  if (flags.includes("--allow-net")) return true;
  return itemsOf(flags, "net").includes(host);
}

/**
 * Flags that grant one thing more.
 *
 * @throws {Deno.errors.NotCapable} if they deny it
 */
export function withItem(
  flags: readonly string[],
  kind: PermissionKind,
  item: string,
): readonly string[] {
  const start = `--allow-${kind}=`;
  if (flags.includes(`--deny-${kind}`)) {
    throw new Deno.errors.NotCapable(
      `shared objects are reached by ${item}, which --deny-${kind} denies`,
    );
  }
  const index = flags.findIndex((flag) => flag.startsWith(start));
  if (index < 0) return [...flags, `${start}${item}`];
  return flags.toSpliced(index, 1, `${flags[index]},${item}`);
}
