/** Goes on with a value, at once if it is there. */
export function andThen(
  value: unknown,
  next: (value: unknown) => unknown,
): unknown {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** Whether a value is to be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
