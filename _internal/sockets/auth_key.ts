import { AuthenticationError } from "./authentication_error.ts";

/** Makes the key usable by the challenge. */
export async function importAuthKey(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey> {
  return await crypto.subtle.importKey(
    "raw",
    // HMAC does not tell a short key from the same with zeros behind it.
    await crypto.subtle.digest("SHA-256", bytes),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
}

/** The error of a side that has not shown that it knows the key. */
export function notAuthentic(doing: string, why: string): AuthenticationError {
  return new AuthenticationError(`Cannot ${doing}: ${why}`);
}
