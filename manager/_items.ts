import { checkOption } from "../_internal/check.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { isIterable } from "../_internal/type_guards.ts";
import { checkArrayKind } from "./_array_kinds.ts";

/**
 * The items of what can be iterated over.
 *
 * @param doing What they are for, as in "create list", for messages.
 * @param called What they are called where they are passed.
 * @throws {TypeError} if it cannot, so that nothing is taken for no items
 */
export function itemsOf<T>(
  items: Iterable<T>,
  doing: string,
  called = "items",
): T[] {
  return listed(items, doing, called, "");
}

/** {@linkcode itemsOf}, for a dictionary. */
export function entriesOf<T>(
  entries: Iterable<T>,
  doing = "create dict",
): T[] {
  const advice = typeof entries === "object" ? "; use Object.entries()" : "";
  return listed(entries, doing, "entries", advice);
}

/** What an array is made of: its type, and its length or its items. */
export function arrayArgs<T>(
  type: string,
  content: number | Iterable<T>,
): [type: string, content: number | T[]] {
  checkArrayKind(type);
  if (typeof content === "number") return [type, content];
  // The characters of a string are no numbers.
  if (typeof content !== "string" && isIterable(content)) {
    return [type, Array.from(content)];
  }
  throw new TypeError(
    `Cannot create array: content is ${
      kindOfValue(content)
    }, neither a length nor an iterable of numbers`,
  );
}

/**
 * A copy of an object of values by their names.
 *
 * @throws {TypeError} if it is none
 */
export function valuesOf(
  values: object | undefined,
  doing = "create namespace",
): object {
  checkOption(values, "object", "values", doing);
  return { ...values };
}

function listed<T>(
  items: Iterable<T>,
  doing: string,
  called: string,
  advice: string,
): T[] {
  if (isIterable(items)) return Array.from(items);
  throw new TypeError(
    `Cannot ${doing}: ${called} is ${
      kindOfValue(items)
    }, not iterable${advice}`,
  );
}
