import { kindOfValue } from "../_internal/show_value.ts";
import { sameAs } from "./_identity.ts";

/** Finds the same value from an index on; -1 if there is none. */
export function findSame(
  items: readonly unknown[],
  value: unknown,
  from = 0,
): number {
  if (!isObject(value) && value === value) return items.indexOf(value, from);
  const isSame = samenessOf(value);
  return items.findIndex((item, n) => n >= from && isSame(item));
}

/** How often a value is there. */
export function countSame(items: readonly unknown[], value: unknown): number {
  return items.filter(samenessOf(value)).length;
}

function samenessOf(value: unknown): (item: unknown) => boolean {
  if (isObject(value)) {
    const isSame = sameAs(value);
    return (item) => isObject(item) && isSame(item);
  }
  return value === value ? (item) => item === value : (item) => item !== item;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Says which of two values comes first.
 *
 * @throws {TypeError} if they cannot be compared
 */
export function compareValues(a: unknown, b: unknown): number {
  return compare(a, b, undefined);
}

/** Arrays that were met together: they have shown no difference so far. */
type Met = Map<unknown[], Set<unknown[]>>;

function compare(a: unknown, b: unknown, before: Met | undefined): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    let met = before;
    if (met?.get(a)?.has(b)) return 0;
    for (let n = 0; n < a.length && n < b.length; n++) {
      // Those that stand in others many times are compared once, to come to an end.
      if (Array.isArray(a[n])) met = noting(a, b, met);
      const order = compare(a[n], b[n], met);
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

function noting(a: unknown[], b: unknown[], met: Met = new Map()): Met {
  const others = met.get(a);
  if (others === undefined) met.set(a, new Set([b]));
  else others.add(b);
  return met;
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
