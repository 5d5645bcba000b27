import { checkWhole } from "../_internal/check.ts";
import { ARRAYS } from "../_internal/number_types.ts";
import { showValue } from "../_internal/show_value.ts";

/** A typed array of any kind. */
export type NumberArray = InstanceType<
  (typeof ARRAYS)[keyof typeof ARRAYS]
>;

/** @throws {TypeError} if there are no arrays of that kind */
export function checkArrayKind(
  kind: unknown,
): asserts kind is keyof typeof ARRAYS {
  if (typeof kind === "string" && Object.hasOwn(ARRAYS, kind)) return;
  throw new TypeError(
    `Cannot create array: ${showValue(kind)} is not a type; there are ${
      Object.keys(ARRAYS).join(", ")
    }`,
  );
}

/**
 * A new typed array.
 *
 * @throws {TypeError} if there is no such kind, or the content is neither a number
 * nor an array of such as it takes
 * @throws {RangeError} if there is no such length
 */
export function newArray(kind: unknown, content: unknown): NumberArray {
  checkArrayKind(kind);
  if (!Array.isArray(content)) {
    checkWhole(content, "its length", "create array", 0);
  }
  try {
    return Reflect.construct(ARRAYS[kind], [content]);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) {
      throw error;
    }
    throw new TypeError(`Cannot create array of ${kind}: ${error.message}`, {
      cause: error,
    });
  }
}
