import { kindOfValue } from "../_internal/check.ts";
import { knowLoaded } from "../_internal/lanes/mod.ts";
import {
  callingModules,
  describeFunction,
  isClass,
  moduleTargetOf,
  sourceOf,
  type TargetDescription,
} from "../_internal/launch/mod.ts";

const registered = new Map<string, TargetDescription>();

/** What is registered in this process or thread, by name. */
export function registeredTargets(): ReadonlyMap<string, TargetDescription> {
  return registered;
}

/**
 * Registers a class or a function by a name.
 *
 * @throws {TypeError} if it is neither, or the name is none
 */
export function registerTarget(name: unknown, target: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot register: the name is ${
        name === "" ? "empty" : `${kindOfValue(name)}, not a string`
      }`,
    );
  }
  registered.set(name, describeTarget(target, `register ${name}`));
}

/**
 * Describes a class or a function for a manager.
 *
 * @throws {TypeError} if it is neither
 */
export function describeTarget(
  target: unknown,
  doing: string,
): TargetDescription {
  const modules = callingModules();
  const named = moduleTargetOf(target);
  for (const url of named === undefined ? modules : [named.module]) {
    knowLoaded(url);
  }
  const source = typeof target === "function" ? sourceOf(target) : "";
  if (typeof target !== "function" || !isClass(source)) {
    return describeFunction(target, modules, doing, "it");
  }
  const { name } = target;
  return { kind: "export", modules, name, source, inlineAllowed: true };
}
