/** The errors of pools that their own program has terminated. */
const terminations = new WeakSet<object>();

/** Why a task of a pool that is terminated will not be done. */
export function terminated(): DOMException {
  const error = new DOMException(
    "Cannot finish task: pool is terminated",
    "AbortError",
  );
  terminations.add(error);
  return error;
}

/**
 * Rejects a promise that was given out. Whoever leaves the block of a pool by an error
 * leaves behind what else they have submitted: that it comes to nothing is no news to
 * them, and must not end the program before they have handled their error. So nobody
 * need handle it.
 */
export function rejectWith<T>(
  { promise, reject }: PromiseWithResolvers<T>,
  error: unknown,
): void {
  if (terminations.has(error as object)) promise.catch(() => {});
  reject(error);
}

/** A promise of the same that nobody need handle if the pool is terminated. */
export function forgivingTermination<T>(result: PromiseLike<T>): Promise<T> {
  const given = Promise.withResolvers<T>();
  result.then(given.resolve, (error) => rejectWith(given, error));
  return given.promise;
}
