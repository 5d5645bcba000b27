import { AuthenticationError } from "./authentication_error.ts";

/** Bytes of a random key. */
export const KEY_BYTES = 32;

/**
 * Checks a key that a caller gave, and copies it.
 *
 * @param doing what to say was attempted
 * @throws {TypeError} if it is neither text nor bytes
 * @throws {RangeError} if it is empty
 */
export function toAuthKey(
  authKey: unknown,
  doing: string,
): Uint8Array<ArrayBuffer> {
  const isText = typeof authKey === "string";
  if (!isText && !(authKey instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot ${doing}: authKey is neither a string nor a Uint8Array`,
    );
  }
  const bytes = isText ? new TextEncoder().encode(authKey) : authKey.slice();
  // An unset variable is more likely than the wish to let everybody in.
  if (bytes.byteLength === 0) {
    throw new RangeError(
      `Cannot ${doing}: authKey is empty; leave it out to use the key of this program`,
    );
  }
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Makes the key usable by the challenge. */
export async function importAuthKey(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey> {
  return await crypto.subtle.importKey(
    "raw",
    bytes,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
}

/** The error of a side that has not shown that it knows the key. */
export function notAuthentic(doing: string, why: string): AuthenticationError {
  return new AuthenticationError(`Cannot ${doing}: ${why}`);
}
