import { checkKind, checkOption, kindOfValue } from "../check.ts";
import { checkPermissions } from "./child_permissions.ts";

/** Options, of whatever kind, that say what a child finds around it. */
export interface Surroundings {
  readonly permissions?: unknown;
  readonly env?: unknown;
  readonly cwd?: unknown;
}

/**
 * Checks what a child is to find around it, before anything is started.
 *
 * @param doing what it is for, as in "create process"
 * @throws {TypeError} if an option is of the wrong kind
 */
export function checkSurroundings(
  { permissions, env, cwd }: Surroundings,
  doing: string,
): void {
  // What is null is not taken for what is left out: that would be all permissions.
  if (permissions !== undefined) {
    checkPermissions(permissions, `Cannot ${doing}`);
  }
  checkOption(env, "object", "env", doing);
  for (const [name, value] of Object.entries(env ?? {})) {
    checkKind(value, "string", `env.${name}`, doing);
  }
  if (cwd === undefined || typeof cwd === "string" || cwd instanceof URL) {
    return;
  }
  throw new TypeError(
    `Cannot ${doing}: cwd is ${kindOfValue(cwd)}, not a string or a URL`,
  );
}
