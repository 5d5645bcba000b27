import { checkWhole } from "../_internal/check.ts";

/**
 * The place that an index means, which counts from the end if it is negative. There may be
 * nothing.
 */
export function placeOf(
  length: number,
  index: unknown,
  doing: string,
): number {
  const place = checkWhole(index, "index", doing);
  return place < 0 ? place + length : place;
}

/**
 * The place that an index means, of those that there are.
 *
 * @param doing what becomes of the item, as in "set"
 * @param what the items are in, as in "list"
 * @throws {RangeError} if there is no such
 */
export function placeIn(
  length: number,
  index: unknown,
  doing: string,
  what: string,
): number {
  const place = placeOf(length, index, `${doing} item`);
  if (place >= 0 && place < length) return place;
  throw new RangeError(
    `Cannot ${doing} item ${index}: the ${what} has ${length}`,
  );
}
