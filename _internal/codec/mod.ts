/**
 * Values to bytes and back.
 *
 * ```ts
 * import { decode, encode } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const value = { when: new Date(0), counts: new Map([["a", 1n]]) };
 * const message = encode(value, { root: "message" });
 * const bytes = new Uint8Array(message.byteLength);
 * message.writeTo(bytes);
 * assertEquals(decode(bytes), value);
 * ```
 *
 * @module
 */

export { copy } from "./copy.ts";
export { decode, type DecodeOptions } from "./decode.ts";
export {
  encode,
  type Encoded,
  type EncodeOptions,
  encodeThrown,
  errorOfLooking,
} from "./encode.ts";
export {
  DecodeError,
  HANDLE,
  type HandleDescription,
  type HandleLike,
} from "./format.ts";
export { isDense } from "./is_dense.ts";
export { knowModule, knownModule, withRemoteStack } from "./remote_errors.ts";
