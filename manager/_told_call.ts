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
