import { kindOfValue } from "../_internal/check.ts";
import { identityOf } from "./_identity.ts";

/** Finds the same value from an index on; -1 if there is none. */
export function findSame(
  items: readonly unknown[],
  value: unknown,
  from = 0,
): number {
  if (typeof value !== "object" || value === null) {
    if (value === value) return items.indexOf(value, from);
    return items.findIndex((item, n) => n >= from && item !== item);
  }
  const identity = identityOf(value);
  return items.findIndex((item, n) =>
    n >= from && typeof item === "object" && item !== null &&
    identityOf(item) === identity
  );
}

/**
 * Says which of two values comes first.
 *
 * @throws {TypeError} if they cannot be compared
 */
export function compareValues(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let n = 0; n < a.length && n < b.length; n++) {
      const order = compareValues(a[n], b[n]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  const [x, y] = [orderOf(a), orderOf(b)];
  if (x === undefined || y === undefined || kindOf(x) !== kindOf(y)) {
    throw new TypeError(
      `Cannot sort: ${kindOfValue(a)} and ${
        kindOfValue(b)
      } cannot be compared; pass a function that does`,
    );
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

type Ordered = string | number | bigint | boolean;

function orderOf(value: unknown): Ordered | undefined {
  if (value instanceof Date) return value.getTime();
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      return undefined;
  }
}

function kindOf(value: Ordered): string {
  return typeof value === "bigint" ? "number" : typeof value;
}
