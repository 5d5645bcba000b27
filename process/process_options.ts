import type { Target } from "./target.ts";

/** How to make a {@linkcode Process}. */
export interface ProcessOptions<A extends unknown[] | [] = unknown[]> {
  /** What to run. Default: nothing, or what a subclass's `run` does. */
  target?: Target<A> | undefined;
  /** What to run it with; copied when the process starts. Default: nothing. */
  args?: Readonly<A> | undefined;
  /**
   * Default: the name of its class and a number, as `Process-2`, which has those of its
   * ancestors before its own: `Process-2:1`.
   */
  name?: string | undefined;
  /** Whether it ends when its parent ends. Default: as its parent. */
  daemon?: boolean | undefined;
  /**
   * What it may do; never more than its parent. Default: `"inherit"`.
   *
   * A kind that an object does not name is not granted. `import` is the exception, with
   * `"none"`, too: unless it is named, the child may import from the hosts that any Deno
   * program may, as far as its parent may. `{ import: false }` leaves only those that its
   * own modules come from.
   */
  permissions?: "inherit" | "none" | Deno.PermissionOptionsObject | undefined;
  /** Environment variables besides the inherited ones. */
  env?: Record<string, string> | undefined;
  /** Working directory. Default: its parent's. */
  cwd?: string | URL | undefined;
  /** Where its output goes. Default: `"inherit"`. */
  stdout?: "inherit" | "piped" | "null" | undefined;
  /** Where its error output goes. Default: `"inherit"`. */
  stderr?: "inherit" | "piped" | "null" | undefined;
  /** Terminates it when aborted. */
  signal?: AbortSignal | undefined;
}
