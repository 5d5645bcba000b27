/**
 * Says on standard error what somebody should know, log or no log. Where that cannot be
 * written, as on a full disk, nothing fails for it.
 */
export function complain(what: unknown): void {
  try {
    console.error(what);
  } catch {
    // There is nobody else to be told.
  }
}
