import { isPromise } from "../_internal/type_guards.ts";

/** Goes on with a value, at once if it is there. */
export function andThen(
  value: unknown,
  next: (value: unknown) => unknown,
): unknown {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}
