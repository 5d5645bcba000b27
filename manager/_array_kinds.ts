/** The classes of typed arrays, by what shared arrays call them. */
export const ARRAY_KINDS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f16: Float16Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Any of them. */
export type NumberArray = InstanceType<
  (typeof ARRAY_KINDS)[keyof typeof ARRAY_KINDS]
>;

/**
 * A new typed array.
 *
 * @throws {TypeError} if there is no such kind
 * @throws {RangeError} if there is no such length
 */
export function newArray(kind: unknown, content: unknown): NumberArray {
  if (typeof kind !== "string" || !Object.hasOwn(ARRAY_KINDS, kind)) {
    throw new TypeError(
      `Cannot create array: ${JSON.stringify(kind)} is not a type; there are ${
        Object.keys(ARRAY_KINDS).join(", ")
      }`,
    );
  }
  if (
    !Array.isArray(content) &&
    !(Number.isInteger(content) && (content as number) >= 0)
  ) {
    throw new RangeError(
      `Cannot create array: its length is ${content}, not a whole number from 0`,
    );
  }
  const kindOf = ARRAY_KINDS[kind as keyof typeof ARRAY_KINDS];
  return Reflect.construct(kindOf, [content]);
}
