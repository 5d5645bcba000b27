/**
 * Takes one thing after the other, and ends where there are no more.
 *
 * @param isEnd whether an error of `take` says so; others are thrown
 */
export async function* takeAll<T>(
  take: () => Promise<T>,
  isEnd: (error: unknown) => boolean,
): AsyncIterableIterator<T> {
  try {
    for (;;) yield await take();
  } catch (error) {
    if (!isEnd(error)) throw error;
  }
}
