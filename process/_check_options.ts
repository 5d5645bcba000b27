import { checkArray, kindOfValue } from "../_internal/launch/mod.ts";

/**
 * Checks options that would else be noticed in the child, or not at all.
 *
 * @param subject What is to be made, for messages.
 * @throws {TypeError} if one is of the wrong kind
 */
export function checkOptions(
  options: {
    readonly args?: unknown;
    readonly name?: unknown;
    readonly daemon?: unknown;
  },
  subject: string,
): void {
  const { args, name, daemon } = options;
  const doing = `create ${subject}`;
  const fail = (option: string, value: unknown, wanted: string): never => {
    throw new TypeError(
      `Cannot ${doing}: ${option} is ${kindOfValue(value)}, not ${wanted}`,
    );
  };
  if (args !== undefined) checkArray(args, "args", doing);
  if (name !== undefined && typeof name !== "string") {
    fail("name", name, "a string");
  }
  if (daemon !== undefined && typeof daemon !== "boolean") {
    fail("daemon", daemon, "true or false");
  }
}
