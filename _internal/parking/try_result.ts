/** What a non-waiting attempt to get something gives. */
export type TryResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false };
