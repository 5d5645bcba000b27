import type { Target } from "./target.ts";

/** What a process or thread was made with. */
interface Work {
  readonly target?: Target<unknown[]>;
  readonly args?: readonly unknown[];
}

/**
 * Calls the target of a process or thread, as its `run` does.
 *
 * @throws {Error} if only a child can, as it is one by `fromModule()`
 */
export function callTarget({ target, args = [] }: Work, name: string): unknown {
  if (target === undefined) return;
  if (typeof target === "function") return target(...args);
  throw new Error(
    `Cannot run ${name}: a target by fromModule() runs in the child only`,
  );
}
