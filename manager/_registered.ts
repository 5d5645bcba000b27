import {
  callingModules,
  describeExport,
  describeFunction,
  isClass,
  isClassOfRuntime,
  sourceOf,
  type TargetDescription,
} from "../_internal/launch/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";

const registered = new Map<string, TargetDescription>();
/** The same, by what is described. */
const described = new WeakMap<object, TargetDescription>();

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
  const description = describeTarget(target, `register ${name}`);
  registered.set(name, description);
  if (typeof target === "function") described.set(target, description);
}

/** How a class or a function was described when it was registered, if it was. */
export function descriptionOf(target: object): TargetDescription | undefined {
  return described.get(target);
}

/** What an object is called that is made by what is not looked up by a name. */
export function labelOf({ name }: TargetDescription): string {
  return name || "object";
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
  if (isClassOfRuntime(target)) {
    const { name } = target;
    throw new TypeError(
      `Cannot ${doing}: it is the class ${name} of the runtime; extend it, or register a function that gives one, as () => new ${name}()`,
    );
  }
  const modules = callingModules();
  return typeof target === "function" && isClass(sourceOf(target))
    ? describeExport(target, modules)
    : describeFunction(target, modules, doing, "it");
}
