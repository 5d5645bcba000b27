/** Whether a value is to be awaited: a promise, or anything else that has a `then()`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" && value !== null ||
    typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function";
}
