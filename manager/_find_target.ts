import {
  importKnown,
  resolveTarget,
  type TargetDescription,
} from "../_internal/launch/mod.ts";

type Found = Awaited<ReturnType<typeof resolveTarget>>;

/** Modules may be imported for these. */
const searches = new Set<Promise<Found>>();

/** Finds a class or a function that others have described. */
export async function findTarget(
  description: TargetDescription,
): Promise<Found["call"]> {
  const search = resolveTarget(description, importKnown);
  searches.add(search);
  try {
    return (await search).call;
  } finally {
    searches.delete(search);
  }
}

/**
 * Does something while nothing is imported for others: until then nobody may start
 * processes, as a module would that has no main guard.
 */
export async function whenFound<T>(act: () => T): Promise<T> {
  while (searches.size > 0) await Promise.allSettled(searches);
  return act();
}
