/**
 * Takes our own part out of the stacks of an error, of its causes, and of those in it.
 *
 * @param own the lines of ours
 */
export function trimStack(
  error: unknown,
  own: RegExp,
  seen = new Set<unknown>(),
): void {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  try {
    const trimmed = error.stack?.replace(own, "$1");
    if (trimmed && /\n *at /.test(trimmed)) error.stack = trimmed;
  } catch {
    // Frozen, or an accessor of its own: it is printed as it is.
  }
  trimParts(error, own, seen);
}

/** Does the same with its causes and those in it only. */
export function trimParts(
  error: Error,
  own: RegExp,
  seen = new Set<unknown>([error]),
): void {
  trimStack(error.cause, own, seen);
  if (!(error instanceof AggregateError)) return;
  for (const each of error.errors) trimStack(each, own, seen);
}
