import { DecodeError } from "../_internal/codec/mod.ts";
import {
  explainReferenceError,
  type TargetDescription,
} from "../_internal/launch/mod.ts";
import { isPromise } from "../_internal/type_guards.ts";
import { findTarget } from "./_find_target.ts";
import { Exclusive } from "./_hosted.ts";

/** Any function. */
export type Callable = (...args: unknown[]) => unknown;

/** A function that somebody has told of, found when it is called first. */
export class ToldCall {
  readonly description: TargetDescription;
  call: Callable | undefined;
  /** What stands for it where it is handed on. */
  target: object | undefined;

  constructor(description: TargetDescription) {
    this.description = description;
  }

  /** Finds it. */
  async find(): Promise<Callable> {
    return this.call ??= await findTarget(this.description);
  }
}

/**
 * The function that somebody has sent the description of.
 *
 * @throws {DecodeError} if that describes none
 */
export function toldCallOf(description: unknown): ToldCall {
  if (isDescription(description)) return new ToldCall(description);
  throw new DecodeError("it describes no function");
}

/**
 * Calls a function that somebody has told of. Others wait if it takes its time.
 *
 * @param use is given the function, and gives the result
 */
export function callTold(
  told: ToldCall,
  use: (fn: Callable) => unknown,
): unknown {
  const explained = (error: unknown): never => {
    throw explainReferenceError(error, told.description);
  };
  if (told.call === undefined) {
    return new Exclusive(told.find().then(use).catch(explained));
  }
  try {
    const value = use(told.call);
    return isPromise(value)
      ? new Exclusive(Promise.resolve(value).catch(explained))
      : value;
  } catch (error) {
    return explained(error);
  }
}

function isDescription(value: unknown): value is TargetDescription {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name, source, module, modules, inlineAllowed, ...where } =
    value as Record<string, unknown>;
  if (typeof name !== "string") return false;
  if (kind === "module") return typeof module === "string";
  return (kind === "inline" ||
    kind === "export" && typeof inlineAllowed === "boolean") &&
    typeof source === "string" && isTexts(modules) &&
    isTexts(where.exportedAs ?? []) && isTexts(where.absentFrom ?? []);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) &&
    value.every((text) => typeof text === "string");
}
