/**
 * What a value is made of.
 *
 * @param given all that was given: who names a type first, as for an array, would
 *   else have that as the value
 * @throws {TypeError} if it is more than the value
 */
export function valueArgs<T>(value: T, given: ArrayLike<unknown>): [value: T] {
  if (given.length > 1) {
    throw new TypeError(
      "Cannot create value: it takes one argument; pass the value alone, as it has no type",
    );
  }
  return [value];
}
