import { checkKind, checkOption } from "../check.ts";
import { kindOfValue, showValue } from "../show_value.ts";
import { checkPermissions } from "./child_permissions.ts";

/** What threads share with the program, by the option that gives a process its own. */
const SHARED_BY_THREADS = {
  permissions: { what: "permissions", same: "inherit" },
  env: { what: "environment", same: undefined },
  cwd: { what: "working directory", same: undefined },
  stdout: { what: "output", same: "inherit" },
  stderr: { what: "error output", same: "inherit" },
  memoryLimit: { what: "memory", same: 0 },
} as const;
/** Where a variable of an environment may have no `=`: there, Windows has some that begin with it. */
const NO_EQUALS_FROM = Deno.build.os === "windows" ? 1 : 0;

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
  if (permissions !== undefined) checkPermissions(permissions, doing);
  checkOption(env, "object", "env", doing);
  for (const [name, value] of Object.entries(env ?? {})) {
    checkKind(value, "string", `env.${name}`, doing);
    if (name !== "" && !name.includes("=", NO_EQUALS_FROM)) continue;
    throw new TypeError(
      `Cannot ${doing}: env has ${
        showValue(name)
      }, which cannot be the name of a variable`,
    );
  }
  if (cwd === undefined || typeof cwd === "string" || cwd instanceof URL) {
    return;
  }
  throw new TypeError(
    `Cannot ${doing}: cwd is ${kindOfValue(cwd)}, not a string or a URL`,
  );
}

/**
 * Checks that threads are not to have of their own what they share with the program. An
 * object made for processes has no excess properties that types would refuse.
 *
 * @param names the options that would say so
 * @param doing what they are for, as in "create pool"
 * @param owner who has none of its own, as in "a Thread, which has"
 * @param instead what could have: "a Process"
 * @throws {TypeError} if they are
 */
export function checkShared(
  options: object,
  names: readonly (keyof typeof SHARED_BY_THREADS)[],
  doing: string,
  owner: string,
  instead: string,
): void {
  for (const name of names) {
    const { what, same } = SHARED_BY_THREADS[name];
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || value === same) continue;
    throw new TypeError(
      `Cannot ${doing}: ${name} is no option of ${owner} the ${what} of the program; take ${instead}`,
    );
  }
}
