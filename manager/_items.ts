import { kindOfValue } from "../_internal/check.ts";

/**
 * The items of what can be iterated over.
 *
 * @param doing What they are for, as in "create list", for messages.
 * @throws {TypeError} if it cannot, so that nothing is taken for no items
 */
export function itemsOf<T>(items: Iterable<T>, doing: string): T[] {
  return listed(items, doing, "items", "");
}

/** {@linkcode itemsOf}, for a dictionary. */
export function entriesOf<T>(
  entries: Iterable<T>,
  doing = "create dict",
): T[] {
  const advice = typeof entries === "object" ? "; use Object.entries()" : "";
  return listed(entries, doing, "entries", advice);
}

/** {@linkcode itemsOf}, for an array that may be made of its length. */
export function contentOf<T>(content: number | Iterable<T>): number | T[] {
  if (typeof content === "number") return content;
  return listed(content, "create array", "content", "");
}

function listed<T>(
  items: Iterable<T>,
  doing: string,
  called: string,
  advice: string,
): T[] {
  if (typeof Object(items)[Symbol.iterator] === "function") {
    return Array.from(items);
  }
  throw new TypeError(
    `Cannot ${doing}: ${called} is ${
      kindOfValue(items)
    }, not iterable${advice}`,
  );
}
