const PATIENCE_MS = 20_000;
const POLL_MS = 1;

/**
 * Looks again and again, where nothing tells of a change.
 *
 * @param what is not so, if it takes too long
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!await isSo()) {
    if (performance.now() >= end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
