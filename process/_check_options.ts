import {
  checkArray,
  checkOption,
  checkOptions,
  checkSignal,
} from "../_internal/check.ts";

const LIKELY = { function: "target" };

/**
 * Checks options that would else be noticed in the child, or not at all.
 *
 * @param subject What is to be made, for messages.
 * @throws {TypeError} if they are none, or one is of the wrong kind
 */
export function checkChildOptions(
  options: {
    readonly args?: unknown;
    readonly name?: unknown;
    readonly daemon?: unknown;
    readonly env?: unknown;
    readonly permissions?: unknown;
    readonly signal?: unknown;
  },
  subject: string,
): void {
  const doing = `create ${subject}`;
  checkOptions(options, doing, LIKELY);
  const { args, name, daemon, env, permissions } = options;
  if (args !== undefined) checkArray(args, "args", doing);
  checkOption(name, "string", "name", doing);
  checkOption(daemon, "boolean", "daemon", doing);
  checkOption(env, "object", "env", doing);
  checkSignal(options, doing);
  // What is null is not taken for what is left out: that would be all permissions.
  if (permissions === null) {
    throw new TypeError(
      `Cannot ${doing}: permissions is none of "inherit", "none" and an object`,
    );
  }
}
