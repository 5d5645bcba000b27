import {
  checkArray,
  checkChoice,
  checkKind,
  checkOption,
  checkOptions,
  checkSignal,
} from "../_internal/check.ts";
import {
  checkSurroundings,
  moduleTargetOf,
  type Surroundings,
} from "../_internal/launch/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";

const LIKELY = { function: "target" };
const OUTPUTS = ["inherit", "piped", "null"];

/**
 * Checks options that would else be noticed in the child, or not at all.
 *
 * @param subject What is to be made, for messages.
 * @param runsItself Whether it runs without a target.
 * @throws {TypeError} if they are none, or one is of the wrong kind, or there are
 *   arguments for nothing, as with a target that is misspelt
 */
export function checkChildOptions(
  options: Surroundings & {
    readonly target?: unknown;
    readonly args?: unknown;
    readonly name?: unknown;
    readonly daemon?: unknown;
    readonly stdout?: unknown;
    readonly stderr?: unknown;
    readonly signal?: unknown;
  },
  subject: string,
  runsItself: boolean,
): void {
  const doing = `create ${subject}`;
  checkOptions(options, doing, LIKELY);
  const { target, args, name, daemon, stdout, stderr } = options;
  const isTarget = target === undefined || typeof target === "function" ||
    moduleTargetOf(target) !== undefined;
  if (!isTarget) {
    throw new TypeError(
      `Cannot ${doing}: target is ${kindOfValue(target)}, not a function`,
    );
  }
  if (args !== undefined) checkArray(args, "args", doing);
  if (args !== undefined && target === undefined && !runsItself) {
    throw new TypeError(
      `Cannot ${doing}: args are given, but no target to call with them`,
    );
  }
  checkOption(name, "string", "name", doing);
  checkOption(daemon, "boolean", "daemon", doing);
  checkChoice(stdout, OUTPUTS, "stdout", doing);
  checkChoice(stderr, OUTPUTS, "stderr", doing);
  checkSignal(options, doing);
  checkSurroundings(options, doing);
}

/**
 * Checks that a process or thread may be made a daemon, or none, now.
 *
 * @throws {Error} if it has started
 * @throws {TypeError} if what it is to be is neither true nor false
 */
export function checkDaemon(
  daemon: unknown,
  name: string,
  hasStarted: boolean,
): void {
  const doing = `set daemon of ${name}`;
  if (hasStarted) throw new Error(`Cannot ${doing}: it has started`);
  checkKind(daemon, "boolean", "it", doing);
}
