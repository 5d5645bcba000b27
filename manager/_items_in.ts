/**
 * The items that somebody has sent.
 *
 * @throws {TypeError} if they are none
 */
export function itemsIn(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items;
  throw new TypeError("Cannot use items: they are not an array");
}
