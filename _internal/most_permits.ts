/** Most permits of a semaphore that can be free at once, wherever it is. */
export const MOST_PERMITS = (1 << 29) - 1;

/**
 * Refuses to release more permits of a semaphore than may be free.
 *
 * @param most how many may be
 * @throws {Error} always
 */
export function refuseToRelease(most: number): never {
  throw new Error(
    `Cannot release semaphore: its value would pass ${most}`,
  );
}
