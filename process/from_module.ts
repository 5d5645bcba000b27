import { createModuleTarget } from "../_internal/launch/mod.ts";
import type { ModuleTarget } from "./target.ts";

/**
 * Names a function of another module as a target. The module is imported by the
 * child only. Its arguments and its result have the types of the function that is
 * given as type argument; without one any arguments do, and the result is `unknown`.
 *
 * @param module its URL, usually `new URL("./work.ts", import.meta.url)`
 * @param name the name under which it exports the function
 * @returns a target for a `Process` or `Thread`, and for what takes such functions
 * @throws {TypeError} if `module` is not an absolute URL
 *
 * @example
 * ```ts
 * import { fromModule, Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const work = new URL(
 *   "data:text/javascript,export function run(code) { Deno.exit(code) }",
 * );
 * const target = fromModule<(code: number) => void>(work, "run");
 * const process = new Process({ target, args: [3] });
 * process.start();
 * assertEquals(await process.join(), 3);
 * ```
 */
export function fromModule<
  // deno-lint-ignore no-explicit-any -- of a function that is not typed, any arguments do
  F extends (...args: never[]) => unknown = (...args: any[]) => unknown,
>(
  module: URL | string,
  name: string,
): ModuleTarget<Parameters<F>, ReturnType<F>> {
  return createModuleTarget(module, name) as unknown as ModuleTarget<
    Parameters<F>,
    ReturnType<F>
  >;
}
